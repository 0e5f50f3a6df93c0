/** As many regions make each of them small enough for a processor's cache, however large the table. */
const regionsMax = 1024;

/** Two words for each row, to work with; they may hold anything. */
export type OrderWords = readonly [Int32Array, Int32Array];

/**
 * Puts rows into the order in which their hashes are at home in a table, roughly: those that are added to the table one
 * after the other then are near each other in memory, which takes a fraction of the time. Rows with the same hash keep
 * their order. First every row is counted, then placed.
 */
export class RegionOrder {
  readonly #mask: number;
  readonly #shift: number;
  /** Where the next row of each region goes. */
  readonly #next: Uint32Array;
  readonly #rows: Int32Array;
  readonly #hashes: Int32Array;
  #counted = 0;

  /** @param capacity How many slots the table has, a power of two. */
  constructor([rows, hashes]: OrderWords, capacity: number) {
    const regions = Math.min(regionsMax, capacity);
    this.#mask = capacity - 1;
    this.#shift = Math.log2(capacity / regions);
    this.#next = new Uint32Array(regions + 1);
    this.#rows = rows;
    this.#hashes = hashes;
  }

  count(hash: number): void {
    // Memory is zeroed where it is first touched. When rows are placed, that would be in all regions at once.
    this.#rows[this.#counted] = 0;
    this.#hashes[this.#counted++] = 0;
    const region = this.#regionOf(hash) + 1;
    this.#next[region] = (this.#next[region] as number) + 1;
  }

  /** All rows have been counted. */
  finishCount(): void {
    let before = 0;
    for (const [region, count] of this.#next.entries()) this.#next[region] = before += count;
  }

  place(row: number, hash: number): void {
    const region = this.#regionOf(hash);
    const at = this.#next[region] as number;
    this.#next[region] = at + 1;
    this.#rows[at] = row;
    this.#hashes[at] = hash;
  }

  rowAt(position: number): number {
    return this.#rows[position] as number;
  }

  hashAt(position: number): number {
    return this.#hashes[position] as number;
  }

  #regionOf(hash: number): number {
    return (hash & this.#mask) >>> this.#shift;
  }
}
