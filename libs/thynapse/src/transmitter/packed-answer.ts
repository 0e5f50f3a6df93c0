import { answerEvent, type ReplyHead } from '../wire/answers.js';
import type { Packed, PackedItem } from '../wire/packed.js';
import type { Answer } from './transmitter-state.js';

/** What answers of one cell to requests on one channel have in common. */
export interface AnswerHead extends ReplyHead {
  /** On which they are published. */
  readonly channel: string;
}

/** The same of an own cell, with the channel of the requests. */
export interface OwnAnswerHead extends AnswerHead {
  readonly askedOn: string;
}

/** An answer that came among others: passed on as it is, and made into an event only when somebody needs one. */
export class PackedAnswer implements Answer, PackedItem {
  /** @param re id of the event that it answers */
  constructor(
    readonly re: string,
    readonly head: AnswerHead,
    readonly packed: Packed,
    readonly index: number,
  ) {}

  /** The frame `J EVNT`, made anew each time. */
  get bytes(): Uint8Array {
    const { head } = this;
    return answerEvent(head.channel, head, this.re, this.packed.soundText(this.index));
  }
}
