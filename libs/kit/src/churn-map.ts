/**
 * A map for entries that come and go all the time, each for a moment only. A `Map` of V8 makes its table anew after some
 * hundred deletions, and the old ones keep what was in them alive: once one of them has grown old, every young value in its
 * successors survives a collection, too, which with small values costs more than all that is done with them. Here the
 * tables hold numbers, and the values are cleared when they go. Iterates in the order of insertion.
 */
export class ChurnMap<K, V> {
  readonly #places = new Map<K, number>();
  readonly #values: (V | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#places.size;
  }

  has(key: K): boolean {
    return this.#places.has(key);
  }

  get(key: K): V | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.#values[place];
  }

  set(key: K, value: V): void {
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.#free.pop() ?? this.#values.length;
      this.#places.set(key, place);
    }
    this.#values[place] = value;
  }

  /** `false` when there was none. */
  delete(key: K): boolean {
    const place = this.#places.get(key);
    if (place === undefined) return false;
    this.#places.delete(key);
    this.#values[place] = undefined;
    if (this.#places.size === 0) {
      // What a rush has left behind is not kept for ever.
      this.#values.length = this.#free.length = 0;
    } else {
      this.#free.push(place);
    }
    return true;
  }

  /** Entries may be deleted meanwhile. */
  *[Symbol.iterator](): IterableIterator<[K, V]> {
    for (const [key, place] of this.#places) yield [key, this.#values[place] as V];
  }

  keys(): IterableIterator<K> {
    return this.#places.keys();
  }

  *values(): IterableIterator<V> {
    for (const place of this.#places.values()) yield this.#values[place] as V;
  }
}
