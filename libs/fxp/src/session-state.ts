import { LimitError, type WaitSubject } from '@syncytium/kit';
import { FxpSessionEndedError, FxpTimeoutError } from './errors.js';
import { keyOf, partyOf, peerOf, type Role, type SessionName } from './protocol.js';

/** Most answers that were given up and may still come. */
const ticketsMax = 10_000;

/** The answer to one call. `givenUp`: nobody awaits it, but it may still come and must not be taken for another. */
export interface Ticket {
  state: 'waiting' | 'answered' | 'givenUp';
  answer: Uint8Array | undefined;
  /** Told when the answer came, whoever popped it. */
  onAnswer: (() => void) | undefined;
}

/**
 * What one party knows and decides in a session, without connection, timers or clock: what was exchanged, which answer
 * belongs to which call, and what a missing item is called.
 *
 * The protocol does not number items. A provider answers inputs in their order, so the first item that comes answers
 * the first call, even when that call has been given up in the meantime: its late answer is dropped, and no later call
 * gets it.
 *
 * States: `open` → `ended`.
 */
export class SessionState {
  readonly name: SessionName;
  readonly role: Role;
  /** The list this party pops. */
  readonly inboxKey: string;
  /** The list it pushes to. */
  readonly outboxKey: string;
  #tickets: Ticket[] = [];
  #pushed = 0;
  #popped = 0;
  #lastHeardAt: number | undefined;
  #end: FxpSessionEndedError | undefined;

  constructor(name: SessionName, role: Role) {
    this.name = name;
    this.role = role;
    this.inboxKey = keyOf(name, peerOf(role));
    this.outboxKey = keyOf(name, role);
  }

  get isEnded(): boolean {
    return this.#end !== undefined;
  }

  /** Items this party has pushed and popped. */
  get counts(): { readonly pushed: number; readonly popped: number } {
    return { pushed: this.#pushed, popped: this.#popped };
  }

  /** When the other party was last heard, in milliseconds of the caller's clock; `undefined` when it never was. */
  get lastHeardAt(): number | undefined {
    return this.#lastHeardAt;
  }

  /** Throws {@link FxpSessionEndedError} when the session has ended. */
  checkOpen(): void {
    if (this.#end) throw this.#end;
  }

  /** The session ends, for a cause if there is one. Again does nothing. */
  end(cause?: unknown): void {
    this.#end ??= new FxpSessionEndedError(this.name, cause);
  }

  /** The broker has an item for the other party. */
  onPushed(): void {
    this.#pushed++;
  }

  /** A call is made, and awaits its answer after those of all calls before it. */
  expectAnswer(): Ticket {
    if (this.#tickets.length >= ticketsMax) throw new LimitError('unanswered calls of a session', ticketsMax, 'calls');
    const ticket: Ticket = { state: 'waiting', answer: undefined, onAnswer: undefined };
    this.#tickets.push(ticket);
    return ticket;
  }

  /** Nobody awaits the answer any more; it may still come. */
  giveUp(ticket: Ticket): void {
    ticket.state = 'givenUp';
  }

  /** The call was never made: no answer will come. */
  withdraw(ticket: Ticket): void {
    this.#tickets = this.#tickets.filter((other) => other !== ticket);
  }

  /** An item was popped for whichever call it answers. */
  onAnswer(item: Uint8Array, now: number): void {
    this.#heard(now);
    const ticket = this.#tickets.shift();
    if (ticket?.state !== 'waiting') return;
    ticket.state = 'answered';
    ticket.answer = item;
    ticket.onAnswer?.();
  }

  /** An item was popped by somebody who takes what comes; it may be an answer that was given up. */
  onPopped(now: number): void {
    this.#heard(now);
    if (this.#tickets[0]?.state === 'givenUp') this.#tickets.shift();
  }

  timeoutError(waitedMs: number, now: number): FxpTimeoutError {
    return new FxpTimeoutError({
      session: this.name,
      role: this.role,
      waitedMs,
      ...this.counts,
      lastHeardMs: this.#lastHeardAt === undefined ? undefined : Math.round(now - this.#lastHeardAt),
    });
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
      return { service, session: id, key: state.inboxKey, ...state.counts };
    },
  }))(this);

  #heard(now: number): void {
    this.#popped++;
    this.#lastHeardAt = now;
  }
}
