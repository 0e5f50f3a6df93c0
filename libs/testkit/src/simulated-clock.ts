import { InternalError, InvalidArgumentError, LimitError, type Clock, type Timer } from '@syncytium/kit';
import { TimerHeap, type HeapTimer } from './timer-heap.js';

export interface SimulatedClockOptions {
  /** What `wallNow` says at the start: milliseconds since 1970 (2020-01-01 UTC unless told). */
  readonly wallStartMs?: number;
}

export interface RunUntilIdleOptions {
  /** Most timers to fire before giving up (1,000,000 unless told): a periodic timer never leaves a clock idle. */
  readonly timersMax?: number;
}

/** Most timers that fire while the time stands still; more of them set each other for ever. */
const timersAtOnceMax = 10_000_000;

/**
 * Time that stands still until a test moves it. Timers fire while it moves, by due time and then by creation, with
 * `now()` at their due time; what they set up on the way fires too when it is due. An error in a timer comes out of the
 * call that moved the time.
 *
 * @see docs/spec/testkit.md
 */
export class SimulatedClock implements Clock {
  readonly #timers = new TimerHeap();
  readonly #wallStartMs: number;
  #nowMs = 0;
  #created = 0;
  #pending = 0;
  #fired = 0;
  #firedBeforeNow = 0;
  #moving = false;

  constructor({ wallStartMs = Date.UTC(2020, 0, 1) }: SimulatedClockOptions = {}) {
    this.#wallStartMs = wallStartMs;
  }

  now(): number {
    return this.#nowMs;
  }

  wallNow(): number {
    return this.#wallStartMs + this.#nowMs;
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    if (Number.isNaN(delayMs)) throw new InvalidArgumentError('delayMs', 'must be a number of milliseconds, got NaN');
    return this.setTimerAt(this.#nowMs + Math.max(0, delayMs), fire);
  }

  /** A timer for an exact moment: `now() + (dueMs - now())` may differ from `dueMs` in the last digit. */
  setTimerAt(dueMs: number, fire: () => void): Timer {
    const timer: HeapTimer = { dueMs, order: this.#created++, fire };
    this.#timers.push(timer);
    this.#pending++;
    return {
      cancel: () => {
        if (timer.fire === undefined) return;
        timer.fire = undefined;
        this.#pending--;
      },
    };
  }

  /** Timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#pending;
  }

  /** When the next timer is due, in milliseconds of this clock; `undefined` when there is none. */
  get nextDueMs(): number | undefined {
    this.#dropCancelled();
    return this.#timers.peek()?.dueMs;
  }

  /** Moves the time on by `ms` and fires what is due on the way. */
  advance(ms: number): void {
    const targetMs = this.#targetMs(ms);
    this.#move(() => {
      while (this.#fireNext(targetMs));
    });
    this.#reach(targetMs);
  }

  /**
   * {@link advance} for code with promises: before the first timer, and after all timers of one instant, everything
   * that promises have set going runs to its end.
   */
  async advanceAsync(ms: number): Promise<void> {
    const targetMs = this.#targetMs(ms);
    await settle();
    for (;;) {
      const dueMs = this.nextDueMs;
      if (dueMs === undefined || dueMs > targetMs) break;
      this.#move(() => {
        while (this.#fireNext(dueMs));
      });
      await settle();
    }
    this.#reach(targetMs);
  }

  /** Moves the time on until no timer is left. Throws {@link LimitError} after `timersMax` timers. */
  runUntilIdle({ timersMax = 1_000_000 }: RunUntilIdleOptions = {}): void {
    this.#move(() => {
      for (let fired = 0; this.#fireNext(Infinity); fired++)
        if (fired >= timersMax) throw new LimitError('timers before the clock is idle', timersMax, 'timers');
    });
  }

  /** {@link runUntilIdle} for code with promises. */
  async runUntilIdleAsync({ timersMax = 1_000_000 }: RunUntilIdleOptions = {}): Promise<void> {
    await settle();
    const firedBefore = this.#fired;
    while (this.nextDueMs !== undefined) {
      if (this.#fired - firedBefore >= timersMax)
        throw new LimitError('timers before the clock is idle', timersMax, 'timers');
      await this.advanceAsync(this.nextDueMs - this.#nowMs);
    }
  }

  #targetMs(ms: number): number {
    if (!(ms >= 0)) throw new InvalidArgumentError('ms', `must be a time of 0 or more, got ${ms}`);
    return this.#nowMs + ms;
  }

  /** Fires the next timer when it is due by `untilMs`. */
  #fireNext(untilMs: number): boolean {
    this.#dropCancelled();
    const timer = this.#timers.peek();
    if (timer?.fire === undefined || timer.dueMs > untilMs) return false;
    this.#reach(timer.dueMs);
    if (this.#fired - this.#firedBeforeNow >= timersAtOnceMax)
      throw new LimitError('timers at one time', timersAtOnceMax, 'timers');
    this.#timers.pop();
    this.#fired++;
    const { fire } = timer;
    timer.fire = undefined;
    this.#pending--;
    fire();
    return true;
  }

  #reach(ms: number): void {
    if (ms <= this.#nowMs) return;
    this.#nowMs = ms;
    this.#firedBeforeNow = this.#fired;
  }

  #dropCancelled(): void {
    for (let timer = this.#timers.peek(); timer && timer.fire === undefined; timer = this.#timers.peek())
      this.#timers.pop();
  }

  #move(fireAll: () => void): void {
    if (this.#moving) throw new InternalError('a timer moved the simulated clock that fired it');
    this.#moving = true;
    try {
      fireAll();
    } finally {
      this.#moving = false;
    }
  }
}

/** Resolves when promises have nothing more to do: immediates run after all of them, however long the chain. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
