/** Something that stands in one {@link Heap} and knows where. */
export interface HeapItem {
  /** Maintained by the heap; -1 when the item is in none. */
  heapAt: number;
}

/**
 * A binary heap whose items can be removed, or told that their rank has grown, wherever they stand. Every operation
 * takes logarithmic time. The items are readable in heap order: those of `i` are at `2i + 1` and `2i + 2`.
 */
export class Heap<T extends HeapItem> {
  readonly #items: T[] = [];
  readonly #rank: (item: T) => number;

  /** Items of the lowest rank come first. */
  constructor(rank: (item: T) => number) {
    this.#rank = rank;
  }

  get items(): readonly T[] {
    return this.#items;
  }

  get size(): number {
    return this.#items.length;
  }

  /** The item of the lowest rank, left in place. */
  get first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    item.heapAt = this.#items.push(item) - 1;
    this.#up(item);
  }

  remove(item: T): void {
    const { heapAt } = item;
    const last = this.#items.pop();
    item.heapAt = -1;
    if (last === undefined || last === item) return;
    this.#items[heapAt] = last;
    last.heapAt = heapAt;
    this.#up(last);
    this.#down(last);
  }

  /** Moves all items that fulfil the condition to another heap, which must be empty. Linear time. */
  moveTo(other: Heap<T>, condition: (item: T) => boolean): void {
    const kept: T[] = [];
    const moved: T[] = [];
    for (const item of this.#items) (condition(item) ? moved : kept).push(item);
    this.#fill(kept);
    other.#fill(moved);
  }

  /** Puts an item in its place after its rank has grown. */
  grown(item: T): void {
    this.#down(item);
  }

  #fill(items: readonly T[]): void {
    this.#items.length = 0;
    for (const item of items) item.heapAt = this.#items.push(item) - 1;
    // From the last item that has others below it to the first, each is put in its place among them.
    for (const item of this.#items.slice(0, items.length >> 1).reverse()) this.#down(item);
  }

  #up(item: T): void {
    const rank = this.#rank(item);
    let at = item.heapAt;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#items[above];
      if (parent === undefined || this.#rank(parent) <= rank) break;
      this.#items[at] = parent;
      parent.heapAt = at;
      at = above;
    }
    this.#items[at] = item;
    item.heapAt = at;
  }

  #down(item: T): void {
    const items = this.#items;
    const rank = this.#rank(item);
    let at = item.heapAt;
    for (;;) {
      const left = items[2 * at + 1];
      const right = items[2 * at + 2];
      const child = left && right && this.#rank(right) < this.#rank(left) ? right : left;
      if (child === undefined || this.#rank(child) >= rank) break;
      const below = child.heapAt;
      items[at] = child;
      child.heapAt = at;
      at = below;
    }
    items[at] = item;
    item.heapAt = at;
  }
}
