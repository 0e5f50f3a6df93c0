/** A value that can be empty, and then may be forgotten. */
export interface Emptiable {
  readonly isEmpty: boolean;
}

const sweepMinDefault = 256;

/**
 * A map that makes values on demand and forgets empty ones, not at once but many together. A key that comes and goes
 * all the time finds its old value again; and a `Map` of V8 that holds many keys becomes slow when one and the same key
 * is deleted and added over and over, because the deleted entries stay in the way until the table is rebuilt.
 */
export class SweptMap<K, V extends Emptiable> {
  readonly #map = new Map<K, V>();
  readonly #make: (key: K) => V;
  readonly #sweepMin: number;
  #emptied = 0;

  /** `sweepMin`: fewer empty values than this are not worth a sweep. */
  constructor(make: (key: K) => V, sweepMin = sweepMinDefault) {
    this.#make = make;
    this.#sweepMin = sweepMin;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  /** The value of a key, made when there is none. */
  ensure(key: K): V {
    let value = this.#map.get(key);
    if (value === undefined) this.#map.set(key, (value = this.#make(key)));
    return value;
  }

  /** All values that are not empty. */
  *values(): IterableIterator<V> {
    for (const value of this.#map.values()) if (!value.isEmpty) yield value;
  }

  /** To be called whenever a value has become empty. */
  noteEmpty(): void {
    if (++this.#emptied < Math.max(this.#sweepMin, this.#map.size / 2)) return;
    this.#emptied = 0;
    for (const [key, value] of this.#map) if (value.isEmpty) this.#map.delete(key);
  }
}
