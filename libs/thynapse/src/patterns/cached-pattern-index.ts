import { PatternIndex } from './pattern-index.js';

/** Most channels that are known by heart. */
const knownChannelsMax = 10_000;

/** A {@link PatternIndex} whose channels come again and again: what matches them is known by heart until it changes. */
export class CachedPatternIndex<T> {
  readonly #index = new PatternIndex<T>();
  readonly #known = new Map<string, readonly T[]>();

  /** Throws `bad_pattern`. */
  add(pattern: string, value: T): void {
    this.#known.clear();
    this.#index.add(pattern, value);
  }

  delete(pattern: string, value: T): boolean {
    this.#known.clear();
    return this.#index.delete(pattern, value);
  }

  /** In no order. */
  match(channel: string): readonly T[] {
    const known = this.#known.get(channel);
    if (known) return known;
    const found = [...this.#index.match(channel)];
    if (this.#known.size >= knownChannelsMax) this.#known.clear();
    this.#known.set(channel, found);
    return found;
  }
}
