/** Beginnings of texts that somebody wants, and whether a text begins with one of them. */
export class PrefixSet {
  readonly #prefixes = new Set<string>();
  readonly #known = new Map<string, boolean>();

  add(prefix: string): void {
    this.#prefixes.add(prefix);
    this.#known.clear();
  }

  delete(prefix: string): void {
    this.#prefixes.delete(prefix);
    this.#known.clear();
  }

  /** Whether the text begins with any of them. The cost grows with the text, not with their number. */
  covers(text: string): boolean {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    let covered = false;
    for (let length = 0; length <= text.length && !covered; length++)
      covered = this.#prefixes.has(text.slice(0, length));
    if (this.#known.size >= knownMax) this.#known.clear();
    this.#known.set(text, covered);
    return covered;
  }
}

/** Texts whose answer is known by heart. */
const knownMax = 10_000;
