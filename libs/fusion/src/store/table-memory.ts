import type { SharedBuffers } from './memory/shared-buffers.js';
import type { TableIndexes } from './table-indexes.js';
import type { TableLayout } from './table-parts.js';

/** The shared buffers of a table and of its indexes. */
export class TableMemory {
  readonly #own: SharedBuffers;
  readonly #indexes: TableIndexes;

  constructor(own: SharedBuffers, indexes: TableIndexes) {
    this.#own = own;
    this.#indexes = indexes;
  }

  /** How many bytes the buffers have. */
  get bytes(): number {
    return this.#all.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** How many buffers there are. */
  get bufferCount(): number {
    return this.#all.reduce((count, { taken }) => count + taken.length, 0);
  }

  /** What another thread needs to read the table. */
  layout(): TableLayout {
    const indexes = Array.from(this.#indexes.buffers, ([position, { taken }]) => [position, taken] as const);
    return { buffers: this.#own.taken, indexes: new Map(indexes) };
  }

  /** Makes what has grown in another thread visible here. */
  refresh(): void {
    for (const buffers of this.#all) buffers.refresh();
  }

  /** How many bytes more it would take to be as large as that of another table of the same class. */
  missingTo(other: TableMemory): number {
    let sum = missing(other.#own, this.#own);
    const indexes = this.#indexes.buffers;
    for (const [position, buffers] of other.#indexes.buffers) {
      const there = indexes.get(position);
      if (there) sum += missing(buffers, there);
    }
    return sum;
  }

  get #all(): readonly SharedBuffers[] {
    return [this.#own, ...this.#indexes.buffers.values()];
  }
}

function missing(wanted: SharedBuffers, there: SharedBuffers): number {
  return wanted.taken.reduce((sum, _, i) => sum + Math.max(0, wanted.bytesOf(i) - there.bytesOf(i)), 0);
}
