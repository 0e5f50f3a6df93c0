import { KeptAnswers } from './kept-answers.js';
import type { Answer, EndedEvent } from './transmitter-state.js';

/**
 * What is remembered of the events that ended last: of always the `max / 2` most recent ones, and never of more than `max`.
 * Answers are kept for the last `answersMax` that have any. It holds many for long, so it makes next to nothing anew for
 * each: equal facts are one object, and answers lie in memory that is used again.
 */
export class EndedEvents {
  readonly #generationMax: number;
  /** Places by id. Half of them are forgotten at a time, which costs nothing for each. */
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  /** What is known of each place, and the number of its answers in {@link KeptAnswers}. */
  readonly #facts: EndedEvent[] = [];
  readonly #answered: (number | undefined)[] = [];
  readonly #answers: KeptAnswers;
  #next = 0;
  #untilForgetting: number;
  #last: EndedEvent | undefined;

  constructor({ max, answersMax }: { readonly max: number; readonly answersMax: number }) {
    this.#generationMax = Math.max(1, Math.floor(max / 2));
    this.#untilForgetting = this.#generationMax;
    this.#answers = new KeptAnswers(answersMax);
  }

  has(id: string): boolean {
    return this.#young.has(id) || this.#old.has(id);
  }

  get(id: string): EndedEvent | undefined {
    const place = this.#placeOf(id);
    return place === undefined ? undefined : this.#facts[place];
  }

  /** The answers to it, none included; `undefined` where they are not known here any more. */
  answersTo(id: string): readonly Answer[] | undefined {
    const place = this.#placeOf(id);
    const number = place === undefined ? undefined : this.#answered[place];
    return number === undefined ? undefined : this.#answers.read(number, id);
  }

  /** One that ended, or of which something else is known now; it counts as new. */
  set(id: string, facts: EndedEvent, answers: readonly Answer[] | undefined): void {
    if (this.#untilForgetting-- === 0) this.#forget();
    const place = this.#next++ % (2 * this.#generationMax);
    this.#young.set(id, place);
    this.#facts[place] = this.#shared(facts);
    this.#answered[place] = answers && this.#answers.keep(answers);
  }

  #placeOf(id: string): number | undefined {
    return this.#young.get(id) ?? this.#old.get(id);
  }

  #forget(): void {
    this.#untilForgetting = this.#generationMax - 1;
    this.#old = this.#young;
    this.#young = new Map();
  }

  /** Most are like the one before. */
  #shared(facts: EndedEvent): EndedEvent {
    if (!this.#last || !areEqual(this.#last, facts)) this.#last = facts;
    return this.#last;
  }
}

function areEqual(one: EndedEvent, other: EndedEvent): boolean {
  return (
    one.services === other.services &&
    one.isPublished === other.isPublished &&
    one.asker === other.asker &&
    one.owner === other.owner
  );
}
