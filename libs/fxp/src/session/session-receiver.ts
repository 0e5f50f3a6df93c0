import { AbortedError, BoundedQueue, LimitError, type SyncytiumError, type WaitOutcome } from '@syncytium/kit';
import { isLineLoss, PopLine } from './pop-line.js';
import type { SessionChannelOptions } from './session-channel-options.js';
import type { Arrival, SessionNumbers } from './session-numbers.js';
import { Takers } from './takers.js';

/** Most items that have come and nobody has taken. */
const readyMax = 20_000;
/** How many inputs a provider pops ahead at most, unless told: nobody else could serve them. */
const prefetchDefault = 64;

/** An item that has come. */
interface Ready {
  readonly seq: number;
  readonly payload: Uint8Array;
}

/** What comes beside the items that somebody waits for. */
export type Word = Exclude<Arrival, { readonly kind: 'item' }>;

export interface SessionReceiverOptions extends SessionChannelOptions {
  readonly numbers: SessionNumbers;
  /** Whether pops may be sent now: an item in parts that is being pushed wants the line for itself. */
  readonly mayPop: () => boolean;
  /** Whether this party is done with the session, for whatever reason. */
  readonly isOver: () => boolean;
  readonly onWord: (word: Word) => void;
  readonly onLineLoss: (error: SyncytiumError) => void;
  /** Nothing can come any more. */
  readonly onFailure: (error: unknown) => void;
}

export interface ReceiveOptions {
  readonly isCall: boolean;
  /** Longest wait in milliseconds, 0 for ever. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Says what the item answers, from when it can be received; when that is refused, nothing comes. */
  readonly say?: () => Promise<void>;
}

/** What comes to one party of an extended session, and who waits for it. */
export class SessionReceiver {
  readonly line: PopLine;
  readonly #options: SessionReceiverOptions;
  readonly #takers: Takers;
  readonly #ready = new BoundedQueue<Ready>(readyMax);
  readonly #prefetch: number;
  #isHeld = false;

  constructor(options: SessionReceiverOptions) {
    const { state, terms, broker, connection, clock, onLineLoss, onFailure } = options;
    const { role, inboxKey: key } = state;
    this.#options = options;
    this.#prefetch = options.prefetch ?? prefetchDefault;
    this.#takers = new Takers(clock);
    this.line = new PopLine({
      broker,
      connection,
      key,
      holder: terms.mode === 'acknowledged' ? (role === 'provider' ? terms.claim : terms.opening) : undefined,
      expiryMs: terms.expiryMs,
      onItem: (bytes, isInFlight) => this.#onItem(bytes, isInFlight),
      onIdle: () => this.pump(),
      onError: (error) => {
        if (isLineLoss(error)) onLineLoss(error);
        else if (!this.#takers.refuse(error)) onFailure(error);
      },
    });
  }

  /** Whether items have come that nobody has taken. */
  get hasBacklog(): boolean {
    return this.#ready.size > 0;
  }

  /** Whether the line is not to be used until it has been made anew. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** The next item if it is there, and nobody else waits for it. */
  takeReady(): Uint8Array | undefined {
    if (this.#takers.waiting > 0) return undefined;
    const ready = this.#ready.shift();
    if (!ready) return undefined;
    this.#options.numbers.taken(ready.seq);
    this.pump();
    return ready.payload;
  }

  /** Waits for the next item, where everybody can see it; `undefined` when the time has passed. */
  async receive({ isCall, timeoutMs, signal, say }: ReceiveOptions): Promise<Uint8Array | undefined> {
    const { clock, waits, state, isOver } = this.#options;
    const until = timeoutMs === 0 ? Infinity : clock.now() + timeoutMs;
    const wait = waits.open(state.subject, until);
    let outcome: WaitOutcome = 'failed';
    try {
      const taking = this.#takers.take({ isCall, timeoutMs, signal });
      say?.().catch((error: unknown) => taking.fail(error));
      // What is said goes before the pop of its answer, which would hold it up on their common line.
      this.pump();
      const payload = await taking.payload;
      outcome = payload === undefined ? 'timeout' : 'done';
      return payload;
    } catch (error) {
      if (error instanceof AbortedError || isOver()) outcome = 'cancelled';
      throw error;
    } finally {
      wait.close(outcome);
    }
  }

  /** Has a pop waiting while items are wanted. */
  pump(): void {
    if (!this.#mayPop) return;
    const wanted = this.#options.state.role === 'requestor' ? this.#takers.waiting : this.#wantedAhead;
    if (wanted > 0) this.line.pop(Math.min(wanted, this.line.batchSize));
  }

  /** A provider's next pop travels with its answer, before the service function asks for it. */
  popAhead(): void {
    const { role, phase } = this.#options.state;
    if (role === 'requestor' || phase === 'draining' || !this.#mayPop) return;
    const count = Math.min(this.#prefetch, this.line.batchSize);
    if (this.#ready.size <= count / 2 - 1 || this.#ready.size === 0) this.line.pop(count);
  }

  /** Pops nothing until {@link release}. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
  }

  /** Whoever waits is told that nothing comes any more. */
  failAll(error: unknown): void {
    this.#takers.failAll(error);
  }

  /** Forgets what nobody has taken, and closes the line. */
  async close(): Promise<void> {
    this.#ready.clear();
    await this.line.close();
  }

  get #mayPop(): boolean {
    return this.line.pending === 0 && !this.#isHeld && this.#options.mayPop();
  }

  /** How many inputs a provider asks for when its service function waits for one. */
  get #wantedAhead(): number {
    return this.#takers.waiting > 0 ? Math.max(this.#takers.waiting, this.#prefetch) : 0;
  }

  #onItem(bytes: Uint8Array, isInFlight: boolean): void {
    const { state, numbers, terms, clock, onFailure } = this.#options;
    if (state.isEnded) return;
    let arrivals: Arrival[];
    try {
      arrivals = numbers.receive(bytes, isInFlight);
    } catch (error) {
      if (!this.#takers.refuse(error)) onFailure(error);
      return;
    }
    state.onHeard(clock.now());
    terms.onHeard?.();
    for (const arrival of arrivals)
      if (arrival.kind === 'item') this.#onItemInOrder(arrival);
      else this.#options.onWord(arrival);
  }

  #onItemInOrder({ seq, payload }: Ready): void {
    const { state, numbers, clock, onFailure } = this.#options;
    state.onPopped(clock.now());
    const given = this.#ready.size > 0 ? undefined : this.#takers.give(payload);
    if (given) numbers.taken(seq);
    else if (!this.#ready.push({ seq, payload }))
      onFailure(new LimitError('items of a session that nobody takes', readyMax, 'items'));
  }
}
