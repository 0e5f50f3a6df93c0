import { answerEvent } from '../wire/answers.js';
import { soundText } from '../wire/packed.js';
import { KeptBytes, Place } from '../collections/kept-bytes.js';
import { PackedAnswer, type AnswerHead } from './packed-answer.js';
import type { Answer } from './transmitter-state.js';

/** The answers to one event, in their place, which others take over later: what lives long is made once. */
class Slot {
  number = -1;
  answers: readonly Answer[] | undefined;
  bytes = 0;
  /** Of a single one that came packed: its data, and what else is in it. */
  readonly data = new Place();
  head: AnswerHead | undefined;
}

/** The answers that were kept last, by their numbers: no more than `max`, and than so many bytes. */
export class KeptAnswers {
  readonly #max: number;
  readonly #bytesMax: number;
  readonly #slots: Slot[] = [];
  readonly #data = new KeptBytes();
  #first = 0;
  #next = 0;
  #bytes = 0;

  constructor({ max, bytesMax }: { readonly max: number; readonly bytesMax: number }) {
    this.#max = max;
    this.#bytesMax = bytesMax;
  }

  /** The answers to one event. Returns their number. */
  keep(answers: readonly Answer[]): number {
    if (this.#next - this.#first === this.#max) this.#dropFirst();
    const number = this.#next++;
    const slot = (this.#slots[number % this.#max] ??= new Slot());
    slot.number = number;
    const [answer] = answers;
    if (answers.length === 1 && answer instanceof PackedAnswer) {
      const { packed, index, head } = answer;
      slot.bytes = packed.size(index);
      packed.copyTo(this.#data.reserve(slot.bytes, slot.data), slot.data.start, index);
      slot.head = head;
    } else {
      slot.bytes = bytesOf(answers);
      slot.answers = answers;
    }
    this.#bytes += slot.bytes;
    while (this.#bytes > this.#bytesMax) this.#dropFirst();
    return number;
  }

  /** The answers with this number to the event `re`; `undefined` where others have taken their place. */
  read(number: number, re: string): readonly Answer[] | undefined {
    const slot = this.#slots[number % this.#max];
    if (slot?.number !== number) return undefined;
    const { head, data, answers } = slot;
    const kept = head && this.#data.read(data);
    return kept ? [{ bytes: answerEvent(head.channel, head, re, soundText(kept.toString())) }] : answers;
  }

  #dropFirst(): void {
    const slot = this.#slots[this.#first++ % this.#max];
    if (!slot) return;
    this.#data.giveUp(slot.data);
    this.#bytes -= slot.bytes;
    slot.number = -1;
    slot.answers = slot.head = undefined;
  }
}

/** A packed one keeps the whole message in which it came. */
function bytesOf(answers: readonly Answer[]): number {
  return answers.reduce((sum, one) => sum + (one instanceof PackedAnswer ? one.packed : one).bytes.length, 0);
}
