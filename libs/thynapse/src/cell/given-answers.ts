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
  #bytes = 0;

  constructor({ max, bytesMax }: { readonly max: number; readonly bytesMax: number }) {
    this.#bytesMax = bytesMax;
    this.#ids = new RecentIds(max);
  }

  /** What was answered to the task with this id, a text as UTF-8; `undefined` where that is not known any more. */
  find(id: string): Buffer | undefined {
    const at = this.#ids.find(id);
    const place = this.#places[at];
    return place && this.#data.read(place);
  }

  add(id: string, answer: Uint8Array | string): void {
    const at = this.#ids.add(id);
    const place = (this.#places[at] ??= new Place());
    this.#giveUp(place);
    if (typeof answer !== 'string') this.#data.keep(answer, place);
    else this.#data.reserve(Buffer.byteLength(answer), place).write(answer, place.start);
    this.#bytes += place.end - place.start;
    while (this.#bytes > this.#bytesMax) this.#giveUp(this.#places[this.#ids.forgetOldest()]);
  }

  #giveUp(place: Place | undefined): void {
    if (!place?.slab) return;
    this.#bytes -= place.end - place.start;
    this.#data.giveUp(place);
  }
}
