import { makeRun } from './event-run.js';
import type { RunForm, RunItem } from './run-data.js';
import { fullFrameBytes, runEventsMax } from './wire.js';

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
  #form: RunForm = 'json';
  #items: RunItem['item'][] = [];
  #length = 0;
  /** Bytes that wait, in one place for all runs: a place for each would leave much to collect. */
  #waiting: Buffer | undefined;
  #waitingBytes = 0;
  #tick: NodeJS.Immediate | undefined;

  /** `from` is the sender's THID. */
  constructor(from: string, send: (run: Uint8Array) => void) {
    this.#from = from;
    this.#send = send;
  }

  /** Bytes are copied: their owner may go on using them. */
  add(channel: string, seq: number, at: number, { form, item }: RunItem): void {
    const count = this.#items.length;
    const continues = channel === this.#channel && at === this.#at && form === this.#form && seq === this.#seq + count;
    if (count > 0 && (!continues || count >= runEventsMax)) this.flush();
    if (this.#items.length === 0) {
      this.#channel = channel;
      this.#seq = seq;
      this.#at = at;
      this.#form = form;
    }
    this.#items.push(typeof item === 'string' ? item : this.#copy(item));
    this.#length += item.length;
    if (!this.#tick || this.#length >= fullFrameBytes) this.flush();
    this.#tick ??= setImmediate(this.#onTick);
  }

  flush(): void {
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    this.#length = 0;
    this.#waitingBytes = 0;
    const head = { channel: this.#channel, from: this.#from, seq: this.#seq, at: this.#at, form: this.#form };
    this.#send(makeRun(head, items));
  }

  #copy(bytes: Uint8Array): Uint8Array {
    const start = this.#waitingBytes;
    if (start + bytes.length > fullFrameBytes) return Buffer.from(bytes);
    this.#waiting ??= Buffer.allocUnsafeSlow(fullFrameBytes);
    this.#waiting.set(bytes, start);
    this.#waitingBytes += bytes.length;
    return this.#waiting.subarray(start, this.#waitingBytes);
  }

  /** No tick follows any more. */
  close(): void {
    this.flush();
    clearImmediate(this.#tick);
    this.#tick = undefined;
  }

  readonly #onTick = (): void => {
    this.#tick = this.#items.length > 0 ? setImmediate(this.#onTick) : undefined;
    this.flush();
  };
}
