import { answerEvent, type ReplyHead } from '../wire/answers.js';
import type { Packed, PackedItem } from '../wire/packed.js';
import type { Answer } from './transmitter-state.js';

/** What answers of one cell to requests on one channel have in common. */
export interface AnswerHead extends ReplyHead {
  /** The channel of the requests, and on which the answers are published. */
  readonly askedOn: string;
  readonly channel: string;
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
