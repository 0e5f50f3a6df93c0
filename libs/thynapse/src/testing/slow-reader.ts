import type { Clock, Timer } from '@syncytium/kit';
import type { Message } from '@syncytium/transport';
import { isNews } from '../wire/news.js';

/** Reads what comes on a line in its order; a message of events takes a time, and all else waits behind it. */
export class SlowReader {
  readonly #clock: Clock;
  readonly #newsMs: number;
  readonly #onRead: (message: Message) => void;
  #unread: Message[] = [];
  #reading: Timer | undefined;

  constructor(clock: Clock, newsMs: number, onRead: (message: Message) => void) {
    this.#clock = clock;
    this.#newsMs = newsMs;
    this.#onRead = onRead;
  }

  add(message: Message): void {
    this.#unread.push(message);
    if (!this.#reading) this.#readOn();
  }

  /** The line is gone, with what was not read from it. */
  clear(): void {
    this.#reading?.cancel();
    this.#reading = undefined;
    this.#unread = [];
  }

  #readOn(): void {
    for (let [first] = this.#unread; first; [first] = this.#unread) {
      if (this.#newsMs > 0 && isNews(first)) {
        this.#reading = this.#clock.setTimer(this.#newsMs, () => {
          this.#reading = undefined;
          this.#readFirst();
          this.#readOn();
        });
        return;
      }
      this.#readFirst();
    }
  }

  #readFirst(): void {
    const message = this.#unread.shift();
    if (message) this.#onRead(message);
  }
}
