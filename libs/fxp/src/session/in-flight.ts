/**
 * What one connection has moved into its in-flight list and not trimmed yet, oldest first, without a broker: which item
 * each entry belongs to. The list is trimmed from its oldest end, so an entry that is not answered keeps those after it.
 */
export class InFlight {
  #entries: number[] = [];
  #head = 0;

  /** Entries that are not trimmed. */
  get size(): number {
    return this.#entries.length - this.#head;
  }

  /** An entry of item `seq` was moved in; 0 for one that needs no answer. */
  popped(seq: number): void {
    this.#entries.push(seq);
  }

  /** Takes the oldest entries of items up to `seq`, as far as none stands before them that is not answered, and counts them. */
  answered(seq: number): number {
    const from = this.#head;
    while (this.#head < this.#entries.length && (this.#entries[this.#head] ?? 0) <= seq) this.#head++;
    const count = this.#head - from;
    if (this.#head === this.#entries.length) this.clear();
    else if (this.#head > 1000) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return count;
  }

  clear(): void {
    this.#entries = [];
    this.#head = 0;
  }
}
