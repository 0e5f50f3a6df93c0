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
    const link: Link<T> = { item, next: this.#ends, prev: this.#ends.prev };
    link.prev.next = link;
    link.next.prev = link;
    this.#links.set(item, link);
  }

  delete(item: T): boolean {
    const link = this.#links.get(item);
    if (!link) return false;
    this.#links.delete(item);
    link.prev.next = link.next;
    link.next.prev = link.prev;
    return true;
  }

  first(): T | undefined {
    return this.#ends.next.item;
  }

  /** In order. The item just given may be taken away meanwhile. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let link = this.#ends.next; link !== this.#ends; link = link.next) yield link.item as T;
  }
}
