import { timerDelayMsMax, type Clock, type Timer } from '@syncytium/kit';
import { PollWindow } from './poll-window.js';

export interface TurnLoopOptions {
  readonly clock: Clock;
  /** Has the next turn taken later on this thread, with others let go on before. */
  readonly defer: (run: () => void) => void;
  /** Longest time steps are taken in one turn, in milliseconds. */
  readonly turnMsMax: number;
  /** How long to look for queries before sleeping, in milliseconds. */
  readonly pollWindowMs: number;
  readonly takeStep: () => void;
  /** Whether another step can be taken at once. */
  readonly canGoOn: () => boolean;
  /** Whether there may be more to do later. */
  readonly isRunning: () => boolean;
  /** When there is something to do although nobody asks, in milliseconds from now; `Infinity` for never. */
  readonly dueInMs: () => number;
  readonly onTurnEnd: () => void;
  readonly onSleep: () => void;
}

/** Shortest time to sleep before something is due, in milliseconds: a query that comes wakes at once. */
const duePauseMs = 1000;

/** Takes steps in short turns of the event loop while there are any, looks for more for a time, and then sleeps. */
export class TurnLoop {
  readonly #options: TurnLoopOptions;
  readonly #pollWindow: PollWindow;
  #isAwake = false;
  /** Wakes it for what is due meanwhile. */
  #dueTimer: Timer | undefined;

  constructor(options: TurnLoopOptions) {
    this.#options = options;
    this.#pollWindow = new PollWindow(options.pollWindowMs);
  }

  wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#dueTimer?.cancel();
    this.#options.defer(this.#takeTurn);
  }

  /** A query came that is answered already: to be awake for the next one. */
  lookOn(now: number): void {
    this.extend(now);
    if (this.#pollWindow.isOpen(now)) this.wake();
  }

  /** A query came. */
  extend(now: number): void {
    this.#pollWindow.extend(now);
  }

  /** Is not woken any more by what is due. */
  close(): void {
    this.#dueTimer?.cancel();
  }

  readonly #takeTurn = (): void => {
    const { clock, turnMsMax, takeStep, canGoOn, isRunning, onTurnEnd, defer } = this.#options;
    const until = clock.now() + turnMsMax;
    let now: number;
    do {
      takeStep();
      now = clock.now();
    } while (canGoOn() && now < until);
    onTurnEnd();
    if (canGoOn() || (this.#pollWindow.isOpen(now) && isRunning())) defer(this.#takeTurn);
    else this.#sleep();
  };

  #sleep(): void {
    const { clock, isRunning, dueInMs, onSleep } = this.#options;
    this.#isAwake = false;
    const delayMs = dueInMs();
    if (delayMs < Infinity && isRunning())
      this.#dueTimer = clock.setTimer(Math.min(Math.max(delayMs, duePauseMs), timerDelayMsMax), () => this.wake());
    onSleep();
  }
}
