import { ChurnMap } from '@syncytium/kit';
import { LinkedList, type Link } from './linked-list.js';

/**
 * Items in the order in which they were added, each once; adding, taking away and finding the first take constant time.
 * (A `Set` keeps holes where its first items were, so that a queue in one is slow.)
 */
export class LinkedSet<T> {
  readonly #links = new ChurnMap<T, Link<T>>();
  readonly #list = new LinkedList<T>();

  get size(): number {
    return this.#list.size;
  }

  has(item: T): boolean {
    return this.#links.has(item);
  }

  /** Puts an item at the end; one that is in the set already stays where it is. */
  add(item: T): void {
    if (!this.#links.has(item)) this.#links.set(item, this.#list.add(item));
  }

  /** Puts an item at the end, also one that is in the set already. */
  moveToEnd(item: T): void {
    const link = this.#links.get(item);
    if (link) this.#list.moveToEnd(link);
    else this.add(item);
  }

  delete(item: T): boolean {
    const link = this.#links.get(item);
    if (!link) return false;
    this.#links.delete(item);
    return this.#list.delete(link);
  }

  first(): T | undefined {
    return this.#list.first();
  }

  /** In order. Nothing may be taken away meanwhile. */
  [Symbol.iterator](): IterableIterator<T> {
    return this.#list[Symbol.iterator]();
  }
}
