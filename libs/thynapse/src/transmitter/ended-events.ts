import { RecentIds } from '../collections/recent-ids.js';
import { KeptAnswers } from './kept-answers.js';
import type { Answer, EndedEvent } from './transmitter-state.js';

export interface EndedEventsOptions {
  /** How many are remembered. */
  readonly max: number;
  /** How many of them keep their answers, and most bytes of those. */
  readonly answersMax: number;
  readonly answersBytesMax: number;
}

/**
 * What is remembered of the events that ended last. It holds many for long, so it makes next to nothing anew for each:
 * ids are numbers in one array, equal facts are one object, and answers lie in memory that is used again.
 */
export class EndedEvents {
  readonly #ids: RecentIds;
  /** What is known of the event at each place, and the number of its answers in {@link KeptAnswers}. */
  readonly #facts: EndedEvent[] = [];
  readonly #answered: (number | undefined)[] = [];
  readonly #answers: KeptAnswers;
  #last: EndedEvent | undefined;

  constructor({ max, answersMax, answersBytesMax }: EndedEventsOptions) {
    this.#ids = new RecentIds(max);
    this.#answers = new KeptAnswers({ max: answersMax, bytesMax: answersBytesMax });
  }

  has(id: string): boolean {
    return this.#ids.find(id) >= 0;
  }

  get(id: string): EndedEvent | undefined {
    const place = this.#ids.find(id);
    return place < 0 ? undefined : this.#facts[place];
  }

  /** The answers to it, none included; `undefined` where they are not known here any more. */
  answersTo(id: string): readonly Answer[] | undefined {
    const place = this.#ids.find(id);
    const number = place < 0 ? undefined : this.#answered[place];
    return number === undefined ? undefined : this.#answers.read(number, id);
  }

  /** One that ended, or of which something else is known now; it counts as new. */
  set(id: string, facts: EndedEvent, answers: readonly Answer[] | undefined): void {
    const place = this.#ids.add(id);
    this.#facts[place] = this.#shared(facts);
    this.#answered[place] = answers && this.#answers.keep(answers);
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
