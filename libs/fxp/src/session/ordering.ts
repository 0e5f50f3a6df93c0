import { LimitError } from '@syncytium/kit';

/** Most items that wait for one before them. */
const earlyMax = 10_000;

/** What became of a numbered item: it is there now, it was there before. */
export type Acceptance = 'new' | 'seen';

/** Puts numbered items that come in any order, some of them more than once, into the order of their numbers, from 1. */
export class Ordering<T> {
  readonly #early = new Map<number, T>();
  #next = 1;

  /** The number of the next item to come. */
  get next(): number {
    return this.#next;
  }

  /** Whether items wait for one that is missing. */
  get hasGap(): boolean {
    return this.#early.size > 0 && !this.#early.has(this.#next);
  }

  /** Whether the item was given before; then it is not to be given again. */
  isSeen(seq: number): boolean {
    return seq < this.#next || this.#early.has(seq);
  }

  /** Throws {@link LimitError} when too many wait for one that is missing. */
  accept(seq: number, item: T): Acceptance {
    if (this.isSeen(seq)) return 'seen';
    if (this.#early.size >= earlyMax) throw new LimitError('items that came too early', earlyMax, 'items');
    this.#early.set(seq, item);
    return 'new';
  }

  /** The next item in order; `undefined` when it has not come yet. */
  take(): { readonly seq: number; readonly item: T } | undefined {
    const seq = this.#next;
    const item = this.#early.get(seq);
    if (item === undefined) return undefined;
    this.#early.delete(seq);
    this.#next++;
    return { seq, item };
  }

  /** Everything before `seq` is not awaited any more. */
  skipTo(seq: number): void {
    if (seq <= this.#next) return;
    this.#next = seq;
    for (const early of this.#early.keys()) if (early < seq) this.#early.delete(early);
  }
}
