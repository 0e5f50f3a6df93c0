interface Link<T> {
  readonly item: T | undefined;
  next: Link<T>;
  prev: Link<T>;
}

/**
 * Items in the order in which they were added, each once; adding, taking away and finding the first take constant time.
 * (A `Set` keeps holes where its first items were, so that a queue in one is slow.)
 */
export class LinkedSet<T> {
  readonly #links = new Map<T, Link<T>>();
  readonly #ends: Link<T>;

  constructor() {
    const ends = { item: undefined } as Link<T>;
    ends.next = ends.prev = ends;
    this.#ends = ends;
  }

  get size(): number {
    return this.#links.size;
  }

  has(item: T): boolean {
    return this.#links.has(item);
  }

  /** Puts an item at the end; one that is in the set already stays where it is. */
  add(item: T): void {
    if (this.#links.has(item)) return;
    const link = { item } as Link<T>;
    this.#append(link);
    this.#links.set(item, link);
  }

  /** Puts an item at the end, also one that is in the set already. */
  moveToEnd(item: T): void {
    const link = this.#links.get(item);
    if (!link) this.add(item);
    else if (link !== this.#ends.prev) {
      takeOut(link);
      this.#append(link);
    }
  }

  delete(item: T): boolean {
    const link = this.#links.get(item);
    if (!link) return false;
    this.#links.delete(item);
    takeOut(link);
    return true;
  }

  first(): T | undefined {
    return this.#ends.next.item;
  }

  /** In order. Nothing may be taken away meanwhile. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let link = this.#ends.next; link !== this.#ends; link = link.next) yield link.item as T;
  }

  #append(link: Link<T>): void {
    const { prev } = this.#ends;
    link.next = this.#ends;
    link.prev = prev;
    prev.next = link;
    this.#ends.prev = link;
  }
}

/** A link that has grown old must not keep its former neighbours, and theirs in turn, from being collected. */
function takeOut<T>(link: Link<T>): void {
  link.prev.next = link.next;
  link.next.prev = link.prev;
  link.next = link.prev = link;
}
