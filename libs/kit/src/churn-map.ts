/** It is made anew after so many insertions at the least, before V8 would make its table anew. */
const renewAfterMin = 256;

/**
 * A map for entries that come and go all the time, each for a moment only. A `Map` of V8 makes its table anew after some
 * hundred deletions, and each old table points to the next: once one of them has grown old, all its successors and what
 * was ever in them survive the collections of young garbage, too, which costs more than all that is done with them. Here a
 * new `Map`, which no old one points to, takes over before that. Iterates in the order of insertion.
 */
export class ChurnMap<K, V> {
  #map = new Map<K, V>();
  #untilRenewed = renewAfterMin;

  get size(): number {
    return this.#map.size;
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  set(key: K, value: V): void {
    if (this.#untilRenewed-- === 0) this.#renew();
    this.#map.set(key, value);
  }

  /** `false` when there was none. */
  delete(key: K): boolean {
    return this.#map.delete(key);
  }

  /** Entries may be deleted meanwhile. */
  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.#map[Symbol.iterator]();
  }

  keys(): IterableIterator<K> {
    return this.#map.keys();
  }

  values(): IterableIterator<V> {
    return this.#map.values();
  }

  /** Each entry is moved once for each one that comes, at the most. */
  #renew(): void {
    this.#map = new Map(this.#map);
    this.#untilRenewed = Math.max(renewAfterMin, this.#map.size);
  }
}
