import { KeptBytes, Place } from '../collections/kept-bytes.js';
import { RecentIds } from '../collections/recent-ids.js';

/**
 * What a cell answered last, so that a task that comes again is answered again and not done again. They lie in memory that
 * is used again: each of them as a text would grow old before it is forgotten.
 */
export class GivenAnswers {
  readonly #bytesMax: number;
  readonly #ids: RecentIds;
  /** Of each place of `#ids`. */
  readonly #places: Place[] = [];
  readonly #data = new KeptBytes();

  constructor({ max, bytesMax }: { readonly max: number; readonly bytesMax: number }) {
    this.#bytesMax = bytesMax;
    this.#ids = new RecentIds(max);
  }

  /** What was answered to the task with this id, a text as UTF-8; `undefined` where that is not known any more. */
  find(id: string): Buffer | undefined {
    const at = this.#ids.find(id);
    const place = at < 0 ? undefined : this.#places[at];
    return place && this.#data.read(place);
  }

  add(id: string, answer: Uint8Array | string): void {
    const at = this.#ids.add(id);
    const place = (this.#places[at] ??= new Place());
    this.#data.giveUp(place);
    if (typeof answer !== 'string') this.#data.keep(answer, place);
    else this.#data.reserve(Buffer.byteLength(answer), place).write(answer, place.start);
    while (this.#data.size > this.#bytesMax) {
      const oldest = this.#places[this.#ids.forgetOldest()];
      if (oldest) this.#data.giveUp(oldest);
    }
  }
}
