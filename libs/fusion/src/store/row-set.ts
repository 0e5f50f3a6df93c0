import type { Row } from './columns/column.js';
import type { SharedBitmap } from './memory/shared-bitmap.js';

/** So many rows are kept as they are; more as bits, for a large set of V8 is moved as a whole when it grows. */
const fewMax = 1024;

const bitsMin = 2 ** 15;

const noBits = new Int32Array();

/** Rows of a table, each once. */
export class RowSet implements Iterable<Row> {
  size = 0;
  #few: Set<Row> | undefined = new Set();
  #bits = noBits;

  /** @param rows The first of them. */
  constructor(rows: Iterable<Row> = []) {
    for (const row of rows) this.add(row);
  }

  /** Takes a row in; `false` where it is in already. */
  add(row: Row): boolean {
    if (!(this.#few ? isNew(this.#few, row) : this.#setBit(row))) return false;
    if (++this.size > fewMax) this.#spread();
    return true;
  }

  [Symbol.iterator](): Iterator<Row> {
    return this.#few ? this.#few.values() : this.#spreadOut();
  }

  *#spreadOut(): Iterator<Row> {
    for (let at = 0; at < this.#bits.length; at++)
      for (let word = this.#bits[at] as number; word !== 0; word &= word - 1)
        yield at * 32 + 31 - Math.clz32(word & -word);
  }

  /** Clears the bits of all rows in a bitmap that has one for each. */
  clearIn(bitmap: SharedBitmap): void {
    if (this.#few) for (const row of this.#few) bitmap.clear(row);
    else bitmap.clearAll(this.#bits);
  }

  /** Keeps all rows as bits from now on. */
  #spread(): void {
    if (!this.#few) return;
    const few = this.#few;
    this.#few = undefined;
    for (const row of few) this.#setBit(row);
  }

  #setBit(row: Row): boolean {
    const at = row >>> 5;
    if (at >= this.#bits.length) {
      const longer = new Int32Array(Math.max(bitsMin / 32, at + 1, 2 * this.#bits.length));
      longer.set(this.#bits);
      this.#bits = longer;
    }
    const word = this.#bits[at] as number;
    const bit = 1 << (row & 31);
    this.#bits[at] = word | bit;
    return (word & bit) === 0;
  }
}

function isNew(rows: Set<Row>, row: Row): boolean {
  return rows.size < rows.add(row).size;
}
