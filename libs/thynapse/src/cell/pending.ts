import {
  AbortedError,
  Deadline,
  TimeoutError,
  throwIfAborted,
  type Clock,
  type Deadlines,
  type Wait,
  type WaitOutcome,
  type WaitSubject,
  type WaitTable,
} from '@syncytium/kit';

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
export class Pending<T> extends Deadline {
  readonly promise: Promise<T>;
  readonly #options: PendingOptions;
  readonly #wait: Wait;
  readonly #onAbort: (() => void) | undefined;
  #resolve!: (value: T) => void;
  #reject!: (error: unknown) => void;

  /** Throws `AbortedError` when the signal has fired, and `LimitError` when too many wait. */
  constructor(options: PendingOptions) {
    const { clock, deadlines, waits, subject, timeoutMs, signal } = options;
    throwIfAborted(signal, subject.what);
    super();
    this.#options = options;
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#wait = waits.open(subject, clock.now() + timeoutMs);
    deadlines.add(this, timeoutMs);
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

  timeOut(): void {
    const { clock, subject, onGivenUp } = this.#options;
    if (!this.#close('timeout')) return;
    const { who, what, missing } = subject;
    this.#fail(new TimeoutError({ who, what, missing, waitedMs: clock.now() - this.#wait.since }));
    onGivenUp?.();
  }

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
    deadlines.delete(this);
    if (this.#onAbort) signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }
}
