import { decodeFrame } from '@syncytium/codec';
import type { Message } from '@syncytium/transport';
import { isBatch, unpackFrames } from '../wire/batch.js';
import { totalBytes } from '../wire/total-bytes.js';

export interface NewsReaderOptions {
  /** One frame `EVNT`, or a run of them. */
  readonly onNews: (frame: Uint8Array) => void;
  /** What cannot be read. */
  readonly onTrouble: (error: Error) => void;
}

/** The transmitter is told of so many bytes of events at once. */
const tookBytesMin = 256 * 1024;

/** Takes the events out of the messages that bring them, and counts how many bytes the transmitter is to be told of. */
export class NewsReader {
  readonly #options: NewsReaderOptions;
  #tookBytes = 0;
  #isClosed = false;

  constructor(options: NewsReaderOptions) {
    this.#options = options;
  }

  read(message: Message): void {
    for (let i = 1; i < message.length; i++) this.#readFrame(message[i]);
    this.#tookBytes += totalBytes(message);
  }

  /** Bytes that were read and not yet told, when they are worth telling, else 0. What is given here counts as told. */
  takeBytes(): number {
    const bytes = this.#tookBytes;
    if (bytes < tookBytesMin) return 0;
    this.#tookBytes = 0;
    return bytes;
  }

  /** There is another line, on which nothing was read. */
  forgetBytes(): void {
    this.#tookBytes = 0;
  }

  /** No event comes from here any more, nor from the rest of a message that is being read. */
  close(): void {
    this.#isClosed = true;
  }

  #readFrame(frame: Uint8Array | undefined): void {
    const { onNews, onTrouble } = this.#options;
    if (frame === undefined || this.#isClosed) return;
    if (!isBatch(frame)) {
      onNews(frame);
      return;
    }
    try {
      for (const inner of unpackFrames(decodeFrame(frame))) onNews(inner);
    } catch (error) {
      onTrouble(error as Error);
    }
  }
}
