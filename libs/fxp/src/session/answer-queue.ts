import { LimitError } from '@syncytium/kit';

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
 * Which answer belongs to which call in a plain session, whose items have no numbers. A provider answers inputs in their
 * order, so the first item that comes answers the first call, even when that call has been given up in the meantime: its
 * late answer is dropped, and no later call gets it.
 */
export class AnswerQueue {
  #tickets: Ticket[] = [];

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
  onAnswer(item: Uint8Array): void {
    const ticket = this.#tickets.shift();
    if (ticket?.state !== 'waiting') return;
    ticket.state = 'answered';
    ticket.answer = item;
    ticket.onAnswer?.();
  }

  /** An item was popped by somebody who takes what comes; it may be an answer that was given up. */
  onPopped(): void {
    if (this.#tickets[0]?.state === 'givenUp') this.#tickets.shift();
  }
}
