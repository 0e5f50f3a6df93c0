import { AbortedError, TimeoutError, type Clock, type Timer, type Wait, type WaitSubject } from '@syncytium/kit';
import { readTimeout, type SyncParams } from '../params.js';
import type { SendResult } from '../netsync.js';

export interface ClientWaitOptions {
  readonly params: SyncParams;
  readonly signal: AbortSignal | undefined;
  /** Of the request, unless it has one. */
  readonly idempotency: string;
  readonly clock: Clock;
  readonly graceMs: number;
  /** The server, as errors name it. */
  readonly server: string;
  /** The caller has given up, or the time is up: nothing is to be asked any more. */
  readonly onGivenUp: () => void;
}

/** One `send` of a client, from its call to its end. It describes its own wait. */
export class ClientWait implements WaitSubject {
  readonly result: Promise<SendResult>;
  readonly idempotency: string;
  isSettled = false;
  readonly #options: ClientWaitOptions;
  readonly #since: number;
  readonly #deadline: number;
  #wait: Wait | undefined;
  #timer: Timer | undefined;
  #resolve!: (result: SendResult) => void;
  #reject!: (error: Error) => void;

  /** Throws `ParamError` for a timeout that is none. */
  constructor(options: ClientWaitOptions) {
    const { params, clock, signal, graceMs } = options;
    this.#options = options;
    this.idempotency = params.idempotency || options.idempotency;
    this.#since = clock.now();
    const timeoutMs = readTimeout(params.timeout);
    this.#deadline = timeoutMs === undefined ? Infinity : this.#since + timeoutMs;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (timeoutMs !== undefined) this.#timer = clock.setTimer(timeoutMs + graceMs, () => this.#expire());
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** When it gives up, in milliseconds of the clock. */
  get deadline(): number {
    return this.#deadline;
  }

  /** The wait in a table, which it closes at its end. */
  set wait(wait: Wait) {
    this.#wait = wait;
  }

  get who(): string {
    return this.#options.params.actor;
  }

  get what(): string {
    return `mates for event ${this.#options.params.event}`;
  }

  get whom(): readonly string[] {
    return [this.#options.server];
  }

  /** What to ask the server now, the time it still has included. */
  ask(): SyncParams {
    const { event, actor, payload, mates, labels, selector } = this.#options.params;
    const leftMs = Math.max(0, Math.ceil(this.#deadline - this.#options.clock.now()));
    const timeout = leftMs === Infinity ? undefined : leftMs;
    return { event, actor, payload, mates, labels, selector, timeout, idempotency: this.idempotency };
  }

  resolve(result: SendResult): void {
    if (this.#settle('done')) this.#resolve(result);
  }

  reject(error: Error): void {
    const outcome = error instanceof AbortedError ? 'cancelled' : error instanceof TimeoutError ? 'timeout' : 'failed';
    if (this.#settle(outcome)) this.#reject(error);
  }

  #settle(outcome: 'done' | 'timeout' | 'cancelled' | 'failed'): boolean {
    if (this.isSettled) return false;
    this.isSettled = true;
    this.#timer?.cancel();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#wait?.close(outcome);
    return true;
  }

  /** The server should have said so itself by now. */
  #expire(): void {
    const { clock, server, onGivenUp } = this.#options;
    const waitedMs = Math.round(clock.now() - this.#since);
    this.reject(new TimeoutError({ who: this.who, what: `an answer to its ${this.what}`, missing: server, waitedMs }));
    onGivenUp();
  }

  readonly #onAbort = (): void => {
    const { signal, onGivenUp } = this.#options;
    this.reject(new AbortedError('the request', signal?.reason));
    onGivenUp();
  };
}
