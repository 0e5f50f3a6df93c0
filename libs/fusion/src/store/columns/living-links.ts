import type { SharedBitmap } from '../memory/shared-bitmap.js';
import type { Row } from './column.js';
import type { LinkReads } from './links.js';

/** Links as they will be when all that lead to rows without objects have been taken out. */
export class LivingLinks implements LinkReads {
  readonly #links: LinkReads;
  readonly #live: SharedBitmap;
  readonly #isList: boolean;

  /** @param live The rows of the other class that hold objects. */
  constructor(links: LinkReads, live: SharedBitmap, isList: boolean) {
    this.#links = links;
    this.#live = live;
    this.#isList = isList;
  }

  get(row: Row): Row | readonly Row[] | undefined {
    if (!this.has(row)) return undefined;
    return this.#isList ? this.targetsOf(row) : this.targetAt(row, 0);
  }

  has(row: Row): boolean {
    return this.#links.has(row) && (this.#isList || this.countAt(row) > 0);
  }

  countAt(row: Row): number {
    let count = 0;
    for (let i = this.#links.countAt(row) - 1; i >= 0; i--) if (this.#live.has(this.#links.targetAt(row, i))) count++;
    return count;
  }

  targetAt(row: Row, position: number): Row {
    let left = position;
    for (let i = 0; ; i++) {
      const target = this.#links.targetAt(row, i);
      if (this.#live.has(target) && left-- === 0) return target;
    }
  }

  targetsOf(row: Row): readonly Row[] {
    return this.#links.targetsOf(row).filter((target) => this.#live.has(target));
  }
}
