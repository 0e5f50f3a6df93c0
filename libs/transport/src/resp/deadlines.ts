import type { Clock, Timer } from '@syncytium/kit';
import { ExpiryHeap, type Expiring } from '../keyspace/expiry-heap.js';

/** Longest time one timer is set for; deadlines behind that are looked at again then. */
const timerMsMax = 2 ** 31 - 1;

/** Something that is given up at `expiresAt`, in milliseconds of the clock; `heapIndex` begins as -1. */
export interface Deadline extends Expiring {
  timeOut(): void;
}

/**
 * Any number of deadlines on one timer. Most waits are served long before they are given up, and a timer that is set and
 * cancelled for each of them is a good part of what a served pop costs.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #heap = new ExpiryHeap<Deadline>();
  #timer: Timer | undefined;
  #timerAt = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many there are. */
  get size(): number {
    return this.#heap.size;
  }

  /** Calls `timeOut` at the deadline's time, unless it is deleted before. */
  add(deadline: Deadline): void {
    this.#heap.update(deadline);
    if (deadline.expiresAt < this.#timerAt) this.#setTimer(deadline.expiresAt);
  }

  delete(deadline: Deadline): void {
    // The timer stays set: it finds nothing to do then.
    this.#heap.remove(deadline);
  }

  /** Gives back the timer; to be called when there will be no more deadlines. */
  close(): void {
    this.#heap.clear();
    this.#timer?.cancel();
  }

  #setTimer(at: number): void {
    this.#timer?.cancel();
    this.#timerAt = at;
    this.#timer = this.#clock.setTimer(Math.min(at - this.#clock.now(), timerMsMax), () => this.#onTimer());
  }

  #onTimer(): void {
    this.#timerAt = Infinity;
    const now = this.#clock.now();
    for (let next = this.#heap.peek(); next && next.expiresAt <= now; next = this.#heap.peek()) {
      this.#heap.remove(next);
      next.timeOut();
    }
    const next = this.#heap.peek();
    if (next && next.expiresAt < this.#timerAt) this.#setTimer(next.expiresAt);
  }
}
