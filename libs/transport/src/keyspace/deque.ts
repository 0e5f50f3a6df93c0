const initialSlots = 4;

/**
 * A list that grows and shrinks at both ends in constant time (amortised) and gives any position by its index. It has
 * no maximum of its own: its owner counts what it holds.
 */
export class Deque<T> {
  /** A ring; its length is a power of two, so that positions wrap with a mask. */
  #slots: (T | undefined)[] = new Array<T | undefined>(initialSlots);
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  pushLeft(item: T): void {
    if (this.#size === this.#slots.length) this.#resize(this.#slots.length * 2);
    this.#head = (this.#head - 1) & (this.#slots.length - 1);
    this.#slots[this.#head] = item;
    this.#size++;
  }

  pushRight(item: T): void {
    if (this.#size === this.#slots.length) this.#resize(this.#slots.length * 2);
    this.#slots[(this.#head + this.#size) & (this.#slots.length - 1)] = item;
    this.#size++;
  }

  popLeft(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#size--;
    this.#shrink();
    return item;
  }

  popRight(): T | undefined {
    if (this.#size === 0) return undefined;
    const at = (this.#head + this.#size - 1) & (this.#slots.length - 1);
    const item = this.#slots[at];
    this.#slots[at] = undefined;
    this.#size--;
    this.#shrink();
    return item;
  }

  /** The item at a position from the left, 0 being the first; `undefined` outside. */
  at(index: number): T | undefined {
    if (index < 0 || index >= this.#size) return undefined;
    return this.#slots[(this.#head + index) & (this.#slots.length - 1)];
  }

  /** Items from position `start` to before `end`, both within the list. */
  slice(start: number, end: number): T[] {
    const items: T[] = [];
    for (let i = start; i < end; i++) items.push(this.#slots[(this.#head + i) & (this.#slots.length - 1)] as T);
    return items;
  }

  /** Removes what `matches`, `max` items at most, beginning at one end; returns what it removed. Linear time. */
  remove(matches: (item: T) => boolean, max: number, from: 'left' | 'right'): T[] {
    const items = this.slice(0, this.#size);
    if (from === 'right') items.reverse();
    const removed: T[] = [];
    const kept = items.filter((item) => {
      if (removed.length === max || !matches(item)) return true;
      removed.push(item);
      return false;
    });
    if (from === 'right') kept.reverse();
    if (removed.length > 0) this.#refill(kept);
    return removed;
  }

  #refill(items: readonly T[]): void {
    let length = initialSlots;
    while (length < items.length) length *= 2;
    const slots = new Array<T | undefined>(length);
    for (const [i, item] of items.entries()) slots[i] = item;
    this.#slots = slots;
    this.#head = 0;
    this.#size = items.length;
  }

  /** A list that was long once must not hold its room for ever. Half full after it, so that it costs constant time. */
  #shrink(): void {
    if (this.#slots.length > initialSlots && this.#size <= this.#slots.length / 4) this.#resize(this.#slots.length / 2);
  }

  #resize(length: number): void {
    const slots = new Array<T | undefined>(length);
    for (let i = 0; i < this.#size; i++) slots[i] = this.#slots[(this.#head + i) & (this.#slots.length - 1)];
    this.#slots = slots;
    this.#head = 0;
  }
}
