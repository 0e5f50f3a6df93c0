/** Something that expires. `heapIndex` belongs to the heap; -1 while it is in none. */
export interface Expiring {
  /** When it expires, in milliseconds of the owner's time. */
  expiresAt: number;
  heapIndex: number;
}

/**
 * What expires next. Every item knows its place, so that an expiry is changed or dropped in logarithmic time and no
 * outdated entry is ever left behind.
 */
export class ExpiryHeap<T extends Expiring> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The item that expires first, left in place. */
  peek(): T | undefined {
    return this.#items[0];
  }

  /** Puts an item in its place after its `expiresAt` was set or changed. */
  update(item: T): void {
    if (item.heapIndex === -1) this.#place(item, this.#items.length);
    this.#rise(item);
    this.#sink(item);
  }

  /** Takes an item out; nothing happens to one that is not in. */
  remove(item: T): void {
    const index = item.heapIndex;
    if (index === -1) return;
    item.heapIndex = -1;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#place(last, index);
    this.#rise(last);
    this.#sink(last);
  }

  clear(): void {
    for (const item of this.#items) item.heapIndex = -1;
    this.#items.length = 0;
  }

  #rise(item: T): void {
    while (item.heapIndex > 0) {
      const index = item.heapIndex;
      const parentIndex = (index - 1) >> 1;
      const parent = this.#items[parentIndex];
      if (parent === undefined || parent.expiresAt <= item.expiresAt) return;
      this.#place(parent, index);
      this.#place(item, parentIndex);
    }
  }

  #sink(item: T): void {
    for (;;) {
      const index = item.heapIndex;
      const left = this.#items[2 * index + 1];
      const right = this.#items[2 * index + 2];
      const sooner = right && left && right.expiresAt < left.expiresAt ? right : left;
      if (sooner === undefined || item.expiresAt <= sooner.expiresAt) return;
      const soonerIndex = sooner.heapIndex;
      this.#place(sooner, index);
      this.#place(item, soonerIndex);
    }
  }

  #place(item: T, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }
}
