import type { Clock } from './clock.js';

/** Two readings of the two clocks differ by less; somebody who sets the wall clock moves it by more. */
const jumpMs = 1000;

/**
 * Tells moments of a clock's monotonic time as wall-clock time. The difference between the two is kept unless the wall
 * clock was set, so that a moment is the same however often it is told.
 */
export class WallTime {
  readonly #clock: Clock;
  #offset = NaN;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What has to be added to `clock.now()` to get milliseconds since 1970-01-01 UTC. */
  get offset(): number {
    const offset = this.#clock.wallNow() - this.#clock.now();
    if (!(Math.abs(offset - this.#offset) < jumpMs)) this.#offset = offset;
    return this.#offset;
  }
}
