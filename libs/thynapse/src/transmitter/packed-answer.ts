import { answerEvent, type ReplyHead } from '../wire/answers.js';
import type { Packed, PackedItem } from '../wire/packed.js';
import type { Answer } from './transmitter-state.js';

/** An answer that came among others: passed on as it is, and made into an event only when somebody needs one. */
export class PackedAnswer implements Answer, ReplyHead, PackedItem {
  /**
   * @param re id of the event that it answers
   * @param channel on which it is published
   */
  constructor(
    readonly re: string,
    readonly channel: string,
    readonly service: string,
    readonly from: string,
    readonly packed: Packed,
    readonly index: number,
  ) {}

  /** The frame `J EVNT`, made anew each time. */
  get bytes(): Uint8Array {
    return answerEvent(this.channel, this, this.re, this.packed.soundText(this.index));
  }
}
