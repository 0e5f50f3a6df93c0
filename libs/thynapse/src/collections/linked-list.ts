/** The place of an item in a list. */
export interface Link<T> {
  readonly item: T | undefined;
  /** The one that it is in; `undefined` when it was taken away. */
  list: LinkedList<T> | undefined;
  next: Link<T>;
  prev: Link<T>;
}

/** Items in the order in which they were added. Whoever keeps the place of an item takes it away without a search. */
export class LinkedList<T> {
  readonly #ends: Link<T>;
  #size = 0;

  constructor() {
    const ends = { item: undefined, list: undefined } as unknown as Link<T>;
    ends.next = ends.prev = ends;
    this.#ends = ends;
  }

  get size(): number {
    return this.#size;
  }

  /** Puts an item at the end. */
  add(item: T): Link<T> {
    const link: Link<T> = { item, list: this, next: this.#ends, prev: this.#ends };
    this.#append(link);
    this.#size++;
    return link;
  }

  /** Puts one that is in this list at its end. */
  moveToEnd(link: Link<T>): void {
    if (link === this.#ends.prev) return;
    takeOut(link);
    this.#append(link);
  }

  /** `false` when it is not in this list. */
  delete(link: Link<T> | undefined): boolean {
    if (link?.list !== this) return false;
    takeOut(link);
    link.list = undefined;
    this.#size--;
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
