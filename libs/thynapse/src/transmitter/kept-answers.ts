import { answerEvent } from '../wire/answers.js';
import { soundText } from '../wire/packed.js';
import { KeptBytes, Place } from './kept-bytes.js';
import { PackedAnswer, type AnswerHead } from './packed-answer.js';
import type { Answer } from './transmitter-state.js';

/** The answers to one event, in their place, which others take over later: what lives long is made once. */
class Slot {
  number = -1;
  answers: readonly Answer[] | undefined;
  /** Of a single one that came packed: its data, and what else is in it. */
  readonly data = new Place();
  head: AnswerHead | undefined;
}

/** The answers that were kept last, by their numbers. */
export class KeptAnswers {
  readonly #max: number;
  readonly #slots: Slot[] = [];
  readonly #bytes = new KeptBytes();
  #next = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** The answers to one event. Returns their number. */
  keep(answers: readonly Answer[]): number {
    const number = this.#next++;
    const slot = (this.#slots[number % this.#max] ??= new Slot());
    this.#bytes.giveUp(slot.data);
    slot.number = number;
    const [answer] = answers;
    if (answers.length === 1 && answer instanceof PackedAnswer) {
      const { packed, index, head } = answer;
      packed.copyTo(this.#bytes.reserve(packed.size(index), slot.data), slot.data.start, index);
      slot.head = head;
      slot.answers = undefined;
    } else {
      slot.head = undefined;
      slot.answers = answers;
    }
    return number;
  }

  /** The answers with this number to the event `re`; `undefined` where others have taken their place. */
  read(number: number, re: string): readonly Answer[] | undefined {
    const slot = this.#slots[number % this.#max];
    if (slot?.number !== number) return undefined;
    const { head, data, answers } = slot;
    const kept = head && this.#bytes.read(data);
    return kept ? [{ bytes: answerEvent(head.channel, head, re, soundText(kept.toString())) }] : answers;
  }
}
