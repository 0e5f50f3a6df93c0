import { SyncytiumError, type WaitSubject } from '@syncytium/kit';
import { describePeer } from './describe-peer.js';
import { FxpRemoteError, FxpSessionEndedError, FxpSessionTimeoutError, FxpTimeoutError } from '../errors.js';
import { keyOf, partyOf, peerOf, type Role, type SessionName } from '../wire/protocol.js';
import type { PeerFacts } from './session-terms.js';

/**
 * - `negotiating`: the requestor has published the session; nothing is known of a provider.
 * - `claimed`: a provider serves it, and nothing has been exchanged.
 * - `running`: items go back and forth.
 * - `draining`: the requestor has said its last input; outputs may still come.
 * - `ended`: the provider has said its last output, or this party has closed the session, or it failed.
 * - `lost`: the other party, this party's claim or its connection is gone.
 */
export type SessionPhase = 'negotiating' | 'claimed' | 'running' | 'draining' | 'ended' | 'lost';

/** What moves a session on. */
export type SessionEvent = 'claim' | 'exchange' | 'requestorEnd' | 'providerEnd' | 'close' | 'loss';

type Transitions = Partial<Readonly<Record<SessionEvent, SessionPhase>>>;

const fromAnywhere: Transitions = { requestorEnd: 'draining', providerEnd: 'ended', close: 'ended', loss: 'lost' };

/** Where each phase goes; what is not listed changes nothing. */
export const transitions: Readonly<Record<SessionPhase, Transitions>> = {
  negotiating: { ...fromAnywhere, claim: 'claimed', exchange: 'running' },
  claimed: { ...fromAnywhere, exchange: 'running' },
  running: fromAnywhere,
  draining: fromAnywhere,
  ended: {},
  lost: {},
};

/** What is known beyond this party when an item did not come. */
export interface MissingFacts {
  /** Undefined in a plain session. */
  readonly peer?: PeerFacts | undefined;
  /** Items of this party that nobody has popped. */
  readonly unpopped?: number | undefined;
}

/**
 * What one party knows and decides in a session, whatever carries it, without connection, timers or clock: its phase, what
 * was exchanged, and what a missing item is called.
 */
export class SessionState {
  readonly name: SessionName;
  readonly role: Role;
  /** The list this party pops. */
  readonly inboxKey: string;
  /** The list it pushes to. */
  readonly outboxKey: string;
  #phase: SessionPhase;
  #pushed = 0;
  #popped = 0;
  #lastHeardAt: number | undefined;
  #end: SyncytiumError | undefined;

  constructor(name: SessionName, role: Role, phase: 'negotiating' | 'claimed' = 'negotiating') {
    this.name = name;
    this.role = role;
    this.inboxKey = keyOf(name, peerOf(role));
    this.outboxKey = keyOf(name, role);
    this.#phase = phase;
  }

  get phase(): SessionPhase {
    return this.#phase;
  }

  get isEnded(): boolean {
    return this.#phase === 'ended' || this.#phase === 'lost';
  }

  /** Items this party has pushed and popped. */
  get counts(): { readonly pushed: number; readonly popped: number } {
    return { pushed: this.#pushed, popped: this.#popped };
  }

  /** When the other party was last heard, in milliseconds of the caller's clock; `undefined` when it never was. */
  get lastHeardAt(): number | undefined {
    return this.#lastHeardAt;
  }

  /** Throws why the session has ended when it has. */
  checkOpen(): void {
    if (this.isEnded) throw this.endError;
  }

  /** Throws why this party can push nothing more. */
  checkMayPush(): void {
    if (this.isEnded || (this.role === 'requestor' && this.#phase === 'draining')) throw this.endError;
  }

  /** Throws why no more items come to this party. */
  checkMayPop(): void {
    if (this.isEnded || (this.role === 'provider' && this.#phase === 'draining')) throw this.endError;
  }

  /** What is thrown at whoever goes on with a session that has ended. */
  get endError(): SyncytiumError {
    return this.#end ?? new FxpSessionEndedError(this.name, `the requestor has said its last input`);
  }

  /** The session moves on; where it ends, for a cause if there is one. */
  on(event: SessionEvent, cause?: unknown): void {
    const next = transitions[this.#phase][event];
    if (next === undefined) return;
    this.#phase = next;
    if (this.isEnded) this.#end = this.#errorOf(event, cause);
    // A requestor that fails has no more inputs either; its provider is told why.
    else if (event === 'requestorEnd' && cause instanceof FxpRemoteError) this.#end = cause;
  }

  /** The broker has so many items more for the other party. */
  onPushed(count = 1): void {
    this.#pushed += count;
    this.on('exchange');
  }

  /** An item of the other party came. */
  onPopped(now: number): void {
    this.#popped++;
    this.onHeard(now);
    this.on('exchange');
  }

  /** The other party was heard. */
  onHeard(now: number): void {
    this.#lastHeardAt = now;
  }

  /** An item did not come within the time. */
  timeoutError(waitedMs: number, now: number, facts: MissingFacts = {}): FxpTimeoutError {
    return new FxpTimeoutError({
      session: this.name,
      role: this.role,
      waitedMs,
      ...this.counts,
      lastHeardMs: this.#lastHeardMs(now),
      peer: this.describePeer(now, facts),
    });
  }

  /** The session was not over within the time. */
  sessionTimeoutError(timeoutMs: number, now: number, facts: MissingFacts = {}): FxpSessionTimeoutError {
    const { name: session, role } = this;
    return new FxpSessionTimeoutError({ session, role, timeoutMs, peer: this.describePeer(now, facts) });
  }

  /** The other party and what it has done and not done, for people. */
  describePeer(now: number, { peer, unpopped }: MissingFacts = {}): string {
    const { name, role } = this;
    return describePeer({ name, role, peer, unpopped, ...this.counts, lastHeardMs: this.#lastHeardMs(now) });
  }

  /** The wait for the next item, for people; always tells the present state. */
  readonly subject: WaitSubject = ((state: SessionState): WaitSubject => ({
    get who() {
      return partyOf(state.role, state.name);
    },
    get what() {
      return `item ${state.#popped + 1} of ${state.inboxKey}`;
    },
    get whom() {
      return [partyOf(peerOf(state.role), state.name)];
    },
    get details() {
      const { service, id } = state.name;
      return { service, session: id, key: state.inboxKey, phase: state.phase, ...state.counts };
    },
  }))(this);

  #lastHeardMs(now: number): number | undefined {
    return this.#lastHeardAt === undefined ? undefined : Math.max(0, Math.round(now - this.#lastHeardAt));
  }

  #errorOf(event: SessionEvent, cause: unknown): SyncytiumError {
    if (cause instanceof FxpRemoteError || cause instanceof FxpSessionTimeoutError) return cause;
    if (event === 'loss' && cause instanceof SyncytiumError && cause.code.startsWith('fxp_')) return cause;
    return new FxpSessionEndedError(this.name, cause ?? (event === 'providerEnd' ? 'the provider is done' : undefined));
  }
}
