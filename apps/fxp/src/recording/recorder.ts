import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { LimitError } from '@syncytium/kit';
import { FileError } from '../errors.js';
import { formatEvent, formatHeader } from './recording-line.js';
import type { SeenCommand, SessionTap } from './session-tap.js';

/** Most bytes that wait to be written. */
const waitingBytesMax = 512 * 2 ** 20;

/** Writes what a tap hears into a file of its own. */
export class Recorder {
  readonly #tap: SessionTap;
  readonly #stream: WriteStream;
  readonly #ended = new AbortController();
  #hasHeader = false;

  private constructor(tap: SessionTap, stream: WriteStream, file: string) {
    this.#tap = tap;
    this.#stream = stream;
    stream.on('error', (error) => this.#end(new FileError('new', file, error)));
  }

  /** A recorder into a new file. Throws {@link FileError} when the file is there already, or cannot be written. */
  static async create(tap: SessionTap, file: string): Promise<Recorder> {
    const stream = createWriteStream(file, { flags: 'wx' });
    try {
      await once(stream, 'open');
    } catch (error) {
      throw new FileError('new', file, error);
    }
    return new Recorder(tap, stream, file);
  }

  /** Fires when the session is over, or, with the error as reason, when no more can be recorded. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  see(command: SeenCommand): void {
    if (this.#ended.signal.aborted) return;
    try {
      for (const event of this.#tap.see(command)) {
        this.#writeHeader();
        this.#write(formatEvent(event));
      }
      if (this.#stream.writableLength > waitingBytesMax)
        throw new LimitError('what waits to be written to the file', waitingBytesMax, 'bytes');
    } catch (error) {
      this.#end(error);
    }
    if (this.#tap.isOver) this.#end();
  }

  /** Resolves when everything is in the file. */
  async close(): Promise<void> {
    if (this.#stream.errored) return;
    this.#stream.end();
    await once(this.#stream, 'close').catch(() => undefined);
  }

  #writeHeader(): void {
    const { session, beganAt } = this.#tap;
    if (this.#hasHeader || !session || beganAt === undefined) return;
    this.#hasHeader = true;
    this.#write(formatHeader({ ...session, at: new Date(beganAt).toISOString() }));
  }

  #write(line: string): void {
    this.#stream.write(`${line}\n`);
  }

  /** Without an error, the reason is none. */
  #end(error: unknown = null): void {
    this.#ended.abort(error);
  }
}
