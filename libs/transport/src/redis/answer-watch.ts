import type { Clock, Timer } from '@syncytium/kit';

/** A command that has been sent and not been answered. */
export interface ExpectedAnswer {
  /** When it was sent, or told to hurry. */
  since: number;
  /** How long it may wait before it is answered; `Infinity` for ever. */
  waitMs: number;
}

export interface AnswerWatchOptions {
  readonly clock: Clock;
  /** Longest time for an answer, beside what a command may wait. */
  readonly graceMs: number;
  /** The oldest command has no answer in time: nothing is to be expected of this line any more. */
  readonly onOverdue: () => void;
}

/** Watches one line on which commands are answered in the order in which they were sent. */
export class AnswerWatch {
  readonly #options: AnswerWatchOptions;
  readonly #expected = new Set<ExpectedAnswer>();
  /** Until then the oldest command stood behind another one. */
  #lastAnswerAt = 0;
  #timer: Timer | undefined;
  #timerAt = Infinity;
  #isStopped = false;

  constructor(options: AnswerWatchOptions) {
    this.#options = options;
  }

  /** A command is sent. */
  expect(waitMs: number): ExpectedAnswer {
    const expected: ExpectedAnswer = { since: this.#options.clock.now(), waitMs };
    this.#expected.add(expected);
    this.#watch();
    return expected;
  }

  /** A command has its answer, or will get none. */
  answered(expected: ExpectedAnswer): void {
    if (!this.#expected.delete(expected)) return;
    this.#lastAnswerAt = this.#options.clock.now();
    this.#watch();
  }

  /** From now on the command waits no more. */
  hurry(expected: ExpectedAnswer): void {
    expected.since = this.#options.clock.now();
    expected.waitMs = 0;
    this.#watch();
  }

  /** Watches no more: the line is gone. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** A timer that is set too early looks again, so that most commands set none. */
  #watch(): void {
    const dueAt = this.#dueAt();
    if (dueAt >= this.#timerAt || this.#isStopped) return;
    this.#cancel();
    this.#timerAt = dueAt;
    this.#timer = this.#options.clock.setTimer(dueAt - this.#options.clock.now(), () => this.#onTimer());
  }

  #onTimer(): void {
    this.#timerAt = Infinity;
    if (this.#dueAt() > this.#options.clock.now()) this.#watch();
    else this.#options.onOverdue();
  }

  /** When the oldest command must be answered; `Infinity` when there is none or it may wait for ever. */
  #dueAt(): number {
    for (const { since, waitMs } of this.#expected)
      return Math.max(since, this.#lastAnswerAt) + waitMs + this.#options.graceMs;
    return Infinity;
  }

  #cancel(): void {
    this.#timer?.cancel();
    this.#timerAt = Infinity;
  }
}
