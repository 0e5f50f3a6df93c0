/**
 * The entries that were set last: always the `max / 2` most recent ones, never more than `max`. It forgets half a
 * generation at a time, which costs nothing per entry.
 */
export class RecentMap<V> {
  readonly max: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  constructor(max: number) {
    this.max = max;
  }

  /** How many there are at the most: one that was set again may be counted twice. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  get(key: string): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: V): void {
    this.#young.set(key, value);
    if (this.#young.size < this.max / 2) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
