import { makeRun } from './event-run.js';
import { runEventsMax } from './wire.js';

/** Longest text of the data in one run; above this a reader's limits are harder to keep and nothing is gained. */
const runLengthMax = 48 * 1024;

/**
 * Puts unconfirmed events together into runs: the first of a tick of the event loop goes out at once, those that follow in
 * the same tick as few runs as their channels allow. The order is kept.
 */
export class RunWriter {
  readonly #from: string;
  readonly #send: (run: Uint8Array) => void;
  #channel = '';
  #seq = 0;
  #at = 0;
  #data: string[] = [];
  #length = 0;
  #tick: NodeJS.Immediate | undefined;

  /** `from` is the sender's THID. */
  constructor(from: string, send: (run: Uint8Array) => void) {
    this.#from = from;
    this.#send = send;
  }

  /** @param data as JSON */
  add(channel: string, seq: number, at: number, data: string): void {
    const count = this.#data.length;
    const continues = channel === this.#channel && at === this.#at && seq === this.#seq + count;
    if (count > 0 && (!continues || count >= runEventsMax)) this.flush();
    if (this.#data.length === 0) {
      this.#channel = channel;
      this.#seq = seq;
      this.#at = at;
    }
    this.#data.push(data);
    this.#length += data.length;
    if (!this.#tick || this.#length >= runLengthMax) this.flush();
    this.#tick ??= setImmediate(this.#onTick);
  }

  flush(): void {
    if (this.#data.length === 0) return;
    const data = this.#data;
    this.#data = [];
    this.#length = 0;
    this.#send(makeRun({ channel: this.#channel, from: this.#from, seq: this.#seq, at: this.#at }, data));
  }

  /** No tick follows any more. */
  close(): void {
    this.flush();
    clearImmediate(this.#tick);
    this.#tick = undefined;
  }

  readonly #onTick = (): void => {
    this.#tick = this.#data.length > 0 ? setImmediate(this.#onTick) : undefined;
    this.flush();
  };
}
