import {
  AbortedError,
  ClosedError,
  durationMs,
  type Clock,
  type Duration,
  type WaitOutcome,
  type WaitTable,
} from '@syncytium/kit';
import { BrokerError, type BrokerConnection } from '@syncytium/transport';
import type { SessionState } from './session-state.js';
import { pop, push } from './steps.js';

export interface WaitOptions {
  /** Longest wait, `10s` or milliseconds; 0 for ever. The session's own unless told. */
  readonly timeout?: Duration;
  /** Gives up waiting. What arrives in that moment is not lost: it is popped next. */
  readonly signal?: AbortSignal;
}

export interface SessionLineOptions {
  readonly state: SessionState;
  /** The session's own connection, which it closes. */
  readonly connection: BrokerConnection;
  readonly waits: WaitTable;
  readonly clock: Clock;
  /** Of waits that are given none, in milliseconds. */
  readonly timeoutMs: number;
  readonly onClose: () => void;
}

/** Carries a session's items, as bytes, over a connection of its own; {@link SessionState} decides, this waits. */
export class SessionLine {
  readonly state: SessionState;
  readonly #connection: BrokerConnection;
  readonly #waits: WaitTable;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #onClose: () => void;
  #closing: Promise<void> | undefined;

  constructor({ state, connection, waits, clock, timeoutMs, onClose }: SessionLineOptions) {
    this.state = state;
    this.#connection = connection;
    this.#waits = waits;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#onClose = onClose;
  }

  async push(item: Uint8Array): Promise<void> {
    this.state.checkOpen();
    await this.#orEnded(push(this.#connection, this.state.name, this.state.role, item));
    this.state.onPushed();
  }

  /** The next item; `undefined` when the time has passed. */
  async pop(options: WaitOptions = {}): Promise<Uint8Array | undefined> {
    const timeoutMs = this.timeoutMsOf(options);
    return this.#waiting(timeoutMs, async () => {
      const item = await this.#pop(timeoutMs, options.signal);
      if (item) this.state.onPopped(this.#clock.now());
      return item;
    });
  }

  /** Pushes an item and resolves with the answer to it, in one round trip. Throws `FxpTimeoutError`. */
  async call(item: Uint8Array, options: WaitOptions = {}): Promise<Uint8Array> {
    const timeoutMs = this.timeoutMsOf(options);
    const answer = await this.#waiting(timeoutMs, () => this.#call(item, timeoutMs, options.signal));
    if (answer) return answer;
    throw this.timeoutError(timeoutMs);
  }

  timeoutError(waitedMs: number): Error {
    return this.state.timeoutError(waitedMs, this.#clock.now());
  }

  /** The timeout of a wait in milliseconds, 0 for ever. */
  timeoutMsOf({ timeout }: WaitOptions): number {
    return timeout === undefined ? this.#timeoutMs : durationMs(timeout, 'timeout');
  }

  close(): Promise<void> {
    if (this.#closing) return this.#closing;
    this.state.end();
    this.#onClose();
    this.#closing = this.#connection.close();
    return this.#closing;
  }

  async #call(item: Uint8Array, timeoutMs: number, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    const { state } = this;
    const ticket = state.expectAnswer();
    // Ends the pop when it has become needless.
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    let pushError: Error | undefined;
    ticket.onAnswer = onAbort;
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) stop.abort();
    else
      this.push(item).catch((error: unknown) => {
        pushError = error as Error;
        stop.abort();
      });
    const until = timeoutMs === 0 ? Infinity : this.#clock.now() + timeoutMs;
    try {
      for (let leftMs = timeoutMs; leftMs > 0 || timeoutMs === 0; leftMs = until - this.#clock.now()) {
        const popped = await this.#pop(timeoutMs === 0 ? 0 : leftMs, stop.signal).catch(ignoreAbort);
        if (popped) state.onAnswer(popped, this.#clock.now());
        if (ticket.answer) return ticket.answer;
        if (pushError) throw pushError;
        if (signal?.aborted) throw new AbortedError('call', signal.reason);
        // What was popped answered an earlier call. This one's answer is still to come.
        if (!popped) break;
      }
      return undefined;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      if (pushError) state.withdraw(ticket);
      else if (ticket.state === 'waiting') state.giveUp(ticket);
    }
  }

  #pop(timeoutMs: number, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    this.state.checkOpen();
    return this.#orEnded(
      pop(this.#connection, this.state.name, this.state.role, { timeoutMs, ...(signal && { signal }) }),
    );
  }

  /** Opens a wait for the time the work takes. */
  async #waiting<T>(timeoutMs: number, work: () => Promise<T | undefined>): Promise<T | undefined> {
    this.state.checkOpen();
    const until = timeoutMs === 0 ? Infinity : this.#clock.now() + timeoutMs;
    const wait = this.#waits.open(this.state.subject, until);
    let outcome: WaitOutcome = 'failed';
    try {
      const result = await work();
      outcome = result === undefined ? 'timeout' : 'done';
      return result;
    } catch (error) {
      if (error instanceof AbortedError || this.state.isEnded) outcome = 'cancelled';
      throw error;
    } finally {
      wait.close(outcome);
    }
  }

  /** Without its connection, whether closed or lost, the session has ended. */
  async #orEnded<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof ClosedError) {
        this.state.end();
        this.state.checkOpen();
      }
      if (error instanceof BrokerError && error.code === 'broker_unreachable') this.state.end(error);
      throw error;
    }
  }
}

function ignoreAbort(error: unknown): undefined {
  if (!(error instanceof AbortedError)) throw error;
}
