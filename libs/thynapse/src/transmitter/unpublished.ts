import type { Message } from '@syncytium/transport';
import { totalBytes } from '../wire/total-bytes.js';

/**
 * What found no place in the event socket's queue, in its order. It holds so many bytes; what would be more is dropped and
 * counted: events are refused before, so it is what transmitters say to each other, and ask for again. [T-26]
 */
export class Unpublished {
  readonly #bytesMax: number;
  readonly #messages: Message[] = [];
  #bytes = 0;
  #dropped = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get size(): number {
    return this.#messages.length;
  }

  /** Messages that found no room, since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The first one always finds room, however large it is. */
  add(message: Message): void {
    const bytes = totalBytes(message);
    if (this.#messages.length > 0 && this.#bytes + bytes > this.#bytesMax) {
      this.#dropped++;
      return;
    }
    this.#bytes += bytes;
    this.#messages.push(message);
  }

  /** Sends what it holds for as long as `send` takes it. */
  flush(send: (message: Message) => boolean): void {
    let sent = 0;
    for (const message of this.#messages) {
      if (!send(message)) break;
      this.#bytes -= totalBytes(message);
      sent++;
    }
    this.#messages.splice(0, sent);
  }
}
