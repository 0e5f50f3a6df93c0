import {
  AbortedError,
  TimeoutError,
  throwIfAborted,
  type Clock,
  type Wait,
  type WaitOutcome,
  type WaitSubject,
  type WaitTable,
} from '@syncytium/kit';
import type { Deadline, Deadlines } from './deadlines.js';

export interface PendingOptions {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly waits: WaitTable;
  /** Who waits for what; `missing` names who did not come, at the time when the wait runs out. */
  readonly subject: WaitSubject & { readonly missing: string };
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called when the wait runs out or is given up. */
  readonly onGivenUp?: () => void;
}

/** A promise that somebody waits for: visible in the table, limited in time, and given up when its signal fires. */
export class Pending<T> {
  readonly promise: Promise<T>;
  readonly #options: PendingOptions;
  readonly #wait: Wait;
  readonly #deadline: Deadline;
  readonly #onAbort: (() => void) | undefined;
  #resolve!: (value: T) => void;
  #reject!: (error: unknown) => void;

  /** Throws `AbortedError` when the signal has fired, and `LimitError` when too many wait. */
  constructor(options: PendingOptions) {
    const { clock, deadlines, waits, subject, timeoutMs, signal } = options;
    throwIfAborted(signal, subject.what);
    this.#options = options;
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#wait = waits.open(subject, clock.now() + timeoutMs);
    this.#deadline = deadlines.set(timeoutMs, this.#onTimeout);
    if (!signal) return;
    this.#onAbort = () => this.#giveUp(signal);
    signal.addEventListener('abort', this.#onAbort);
  }

  resolve(value: T): void {
    if (this.#close('done')) this.#resolve(value);
  }

  reject(error: unknown): void {
    if (this.#close('failed')) this.#fail(error);
  }

  readonly #onTimeout = (): void => {
    const { clock, subject, onGivenUp } = this.#options;
    if (!this.#close('timeout')) return;
    const { who, what, missing } = subject;
    this.#fail(new TimeoutError({ who, what, missing, waitedMs: clock.now() - this.#wait.since }));
    onGivenUp?.();
  };

  #giveUp({ reason }: AbortSignal): void {
    const { subject, onGivenUp } = this.#options;
    if (!this.#close('cancelled')) return;
    this.#fail(new AbortedError(subject.what, reason));
    onGivenUp?.();
  }

  #fail(error: unknown): void {
    // It may fail before it is waited for; whoever waits is told all the same.
    this.promise.catch(() => undefined);
    this.#reject(error);
  }

  #close(outcome: WaitOutcome): boolean {
    if (!this.#wait.close(outcome)) return false;
    const { deadlines, signal } = this.#options;
    deadlines.cancel(this.#deadline);
    if (this.#onAbort) signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }
}
