import { AbortedError, ClosedError, type Clock, type Timer, type WaitOutcome, type WaitTable } from '@syncytium/kit';
import { BrokerError, type Broker, type BrokerConnection } from '@syncytium/transport';
import { AnswerQueue } from './answer-queue.js';
import type { CallOptions, OutgoingItem, SessionCarrier, WaitOptions } from './session-carrier.js';
import type { SessionState } from './session-state.js';
import type { SessionControl } from './session-terms.js';
import { pop, push } from '../steps.js';
import { waitTimeoutMs } from './wait-timeout.js';

/** Largest output that a provider does not await, in bytes. */
const outputAheadBytesMax = 64 * 1024;

/** What the carrier of a plain session is made of. */
export interface SessionLineOptions {
  readonly state: SessionState;
  /** For items that must not stand behind a pop. */
  readonly broker: Broker;
  /** The session's own connection, which it closes. */
  readonly connection: BrokerConnection;
  readonly waits: WaitTable;
  readonly clock: Clock;
  /** Of waits that are given none, in milliseconds. */
  readonly timeoutMs: number;
  readonly onClose: () => void;
}

/**
 * Carries the items of a plain session, over a connection of its own: what it sends is the original's sequence of commands.
 * {@link SessionState} and {@link AnswerQueue} decide, this waits.
 */
export class SessionLine implements SessionCarrier, SessionControl {
  readonly mode = 'plain';
  readonly firstInput = undefined;
  readonly state: SessionState;
  readonly #options: SessionLineOptions;
  readonly #answers = new AnswerQueue();
  /** An output that was said and not awaited; rejects when the broker refused it. */
  #output: Promise<void> | undefined;
  /** A controller that has stopped nothing; making one for each call is a good part of a call's work. */
  #unusedStop: AbortController | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: SessionLineOptions) {
    this.state = options.state;
    this.#options = options;
  }

  async push(item: OutgoingItem): Promise<void> {
    const bytes = item.encode('');
    const pushing = this.#push(bytes, false);
    // A provider's next pop travels behind its output, in the same packet. That is for one output at a time.
    const isAhead = this.state.role === 'provider' && !this.#output && bytes.length <= outputAheadBytesMax;
    if (!isAhead || this.state.isEnded) return pushing;
    this.#output = pushing;
    pushing.then(
      () => (this.#output = undefined),
      (error: unknown) => this.lose(error),
    );
  }

  async pop(options: WaitOptions): Promise<Uint8Array | undefined> {
    const timeoutMs = this.timeoutMsOf(options);
    return this.#waiting(timeoutMs, async () => {
      const item = await this.#pop(timeoutMs, options.signal);
      if (item) this.#answers.onPopped();
      return item;
    });
  }

  async call(item: OutgoingItem, options: CallOptions): Promise<Uint8Array> {
    const bytes = item.encode('');
    const timeoutMs = this.timeoutMsOf(options);
    const answer = await this.#waiting(timeoutMs, () => this.#call(bytes, timeoutMs, options));
    if (answer) return answer;
    throw await this.timeoutError(timeoutMs);
  }

  timeoutError(waitedMs: number): Promise<Error> {
    return Promise.resolve(this.state.timeoutError(waitedMs, this.#options.clock.now()));
  }

  timeoutMsOf({ timeout }: WaitOptions): number {
    return waitTimeoutMs(timeout, this.#options.timeoutMs);
  }

  describePeer(): Promise<string> {
    return Promise.resolve(this.state.describePeer(this.#options.clock.now()));
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    return this.#options.clock.setTimer(delayMs, fire);
  }

  /** The original has no word for it. Throws what became of an output that nobody awaited. */
  async end(): Promise<void> {
    await this.#output;
  }

  /** The original has no word for it. */
  fail(): Promise<void> {
    return Promise.resolve();
  }

  lose(cause: unknown): void {
    this.state.on('loss', cause);
    void this.close();
  }

  /** A plain session is never resumed. */
  resume(): void {
    this.state.checkOpen();
  }

  close(): Promise<void> {
    if (this.#closing) return this.#closing;
    this.state.on('close');
    this.#options.onClose();
    this.#closing = this.#options.connection.close();
    return this.#closing;
  }

  async #push(bytes: Uint8Array, isOneOfMany: boolean): Promise<void> {
    this.state.checkMayPush();
    const { broker, connection } = this.#options;
    await this.#orEnded(push(isOneOfMany ? broker : connection, this.state.name, this.state.role, bytes));
    this.state.onPushed();
  }

  async #call(
    bytes: Uint8Array,
    timeoutMs: number,
    { signal, isOneOfMany = false }: CallOptions,
  ): Promise<Uint8Array | undefined> {
    const ticket = this.#answers.expectAnswer();
    // Ends the pop when it has become needless.
    const stop = this.#unusedStop ?? new AbortController();
    this.#unusedStop = undefined;
    const onAbort = (): void => stop.abort();
    let pushError: Error | undefined;
    let isOver = false;
    ticket.onAnswer = onAbort;
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) stop.abort();
    else
      this.#push(bytes, isOneOfMany).catch((error: unknown) => {
        pushError = error as Error;
        if (!isOver) stop.abort();
      });
    const { clock } = this.#options;
    const until = timeoutMs === 0 ? Infinity : clock.now() + timeoutMs;
    try {
      for (let leftMs = timeoutMs; leftMs > 0 || timeoutMs === 0; leftMs = until - clock.now()) {
        const popped = await this.#pop(timeoutMs === 0 ? 0 : leftMs, stop.signal).catch(ignoreAbort);
        if (popped) {
          // The pop that has it needs no end.
          ticket.onAnswer = undefined;
          this.#answers.onAnswer(popped);
          ticket.onAnswer = onAbort;
        }
        if (ticket.answer) return ticket.answer;
        if (pushError) throw pushError;
        if (signal?.aborted) throw new AbortedError('call', signal.reason);
        // What was popped answered an earlier call. This one's answer is still to come.
        if (!popped) break;
      }
      return undefined;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      ticket.onAnswer = undefined;
      isOver = true;
      if (!stop.signal.aborted) this.#unusedStop = stop;
      if (pushError) this.#answers.withdraw(ticket);
      else if (ticket.state === 'waiting') this.#answers.giveUp(ticket);
    }
  }

  async #pop(timeoutMs: number, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    this.state.checkOpen();
    const { connection, clock } = this.#options;
    const options = { timeoutMs, ...(signal && { signal }) };
    const item = await this.#orEnded(pop(connection, this.state.name, this.state.role, options));
    if (item) this.state.onPopped(clock.now());
    return item;
  }

  /** Opens a wait for the time the work takes. */
  async #waiting<T>(timeoutMs: number, work: () => Promise<T | undefined>): Promise<T | undefined> {
    this.state.checkOpen();
    const { clock, waits } = this.#options;
    const until = timeoutMs === 0 ? Infinity : clock.now() + timeoutMs;
    const wait = waits.open(this.state.subject, until);
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
        this.state.on('close');
        this.state.checkOpen();
      }
      if (error instanceof BrokerError && error.code === 'broker_unreachable') this.state.on('loss', error);
      throw error;
    }
  }
}

function ignoreAbort(error: unknown): undefined {
  if (!(error instanceof AbortedError)) throw error;
}
