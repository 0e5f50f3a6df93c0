import type { SharedBuffers } from './shared-buffers.js';
import { SharedVector } from './shared-vector.js';

/** The table's own words: how many slots there are, how many of them hold an entry, and one for its user. */
const capacityAt = 0;
const usedAt = 1;
const markAt = 2;
const headerWords = 4;

const capacityMin = 1024;

/**
 * Entries (any number but 0) by their hashes: open addressing with linear probing, at most two thirds full. A slot is the
 * entry, its hash, and as many further words as its user wants. Slots are named by the place of their first word, which
 * holds until the next entry is added or removed.
 */
export class SlotTable {
  readonly memory: SharedVector;
  readonly #slotWords: number;

  constructor(buffers: SharedBuffers, what: string, entriesMax: number, slotWords: number) {
    this.#slotWords = slotWords;
    this.memory = new SharedVector(buffers, what, headerWords + capacityFor(entriesMax) * slotWords);
    if ((this.memory.view[capacityAt] ?? 0) > 0) return;
    this.memory.ensure(headerWords + capacityMin * slotWords);
    this.memory.view[capacityAt] = capacityMin;
  }

  /** How many entries there are. */
  get size(): number {
    return this.memory.view[usedAt] as number;
  }

  /** How many slots there are, a power of two: the lower bits of a hash are the number of its home. */
  get capacity(): number {
    return this.memory.view[capacityAt] as number;
  }

  /** A number that its user keeps with it, 0 at first. */
  get mark(): number {
    return this.memory.view[markAt] as number;
  }

  set mark(mark: number) {
    this.memory.view[markAt] = mark;
  }

  /** The first slot of a hash; 0 when there is none. */
  find(hash: number): number {
    return this.#findFrom(this.#home(hash), hash);
  }

  /** The next slot of a hash; 0 when there is none. */
  findAfter(slot: number, hash: number): number {
    return this.#findFrom(this.#after(slot), hash);
  }

  /** Adds an entry; its further words are 0. Gives its slot. */
  add(hash: number, entry: number): number {
    this.reserve(1);
    const slot = this.#put(hash, entry);
    const { view } = this.memory;
    const end = slot + this.#slotWords;
    for (let at = slot + 2; at < end; at++) view[at] = 0;
    view[usedAt] = (view[usedAt] as number) + 1;
    return slot;
  }

  remove(slot: number): void {
    const { view } = this.memory;
    const words = this.#slotWords;
    let gap = slot;
    for (let at = this.#after(gap); view[at] !== 0; at = this.#after(at)) {
      // What would no longer be found beyond the gap moves into it.
      const home = this.#home(view[at + 1] as number);
      const isBeyondGap = gap <= at ? gap < home && home <= at : gap < home || home <= at;
      if (isBeyondGap) continue;
      view.copyWithin(gap, at, at + words);
      gap = at;
    }
    view.fill(0, gap, gap + words);
    view[usedAt] = this.size - 1;
  }

  /** Takes out all entries, whatever state a thread that died has left them in. */
  clear(): void {
    const { view } = this.memory;
    view.fill(0, headerWords, headerWords + this.capacity * this.#slotWords);
    view[usedAt] = 0;
    view[markAt] = 0;
  }

  /** Makes room for so many more entries. Throws `LimitError` when there is none. */
  reserve(more: number): void {
    const entries = this.size + more;
    if (slotsFor(entries) > this.capacity) this.#resize(capacityFor(entries));
  }

  #resize(capacity: number): void {
    const words = this.#slotWords;
    const before = this.memory.view.slice(0, headerWords + this.capacity * words);
    this.memory.ensure(headerWords + capacity * words);
    const { view } = this.memory;
    view.fill(0, headerWords, before.length);
    view[capacityAt] = capacity;
    for (let at = headerWords; at < before.length; at += words) {
      if (before[at] === 0) continue;
      const slot = this.#put(before[at + 1] as number, before[at] as number);
      for (let i = 2; i < words; i++) view[slot + i] = before[at + i] as number;
    }
  }

  #put(hash: number, entry: number): number {
    const { view } = this.memory;
    let slot = this.#home(hash);
    while (view[slot] !== 0) slot = this.#after(slot);
    view[slot] = entry;
    view[slot + 1] = hash;
    return slot;
  }

  #findFrom(first: number, hash: number): number {
    const { view } = this.memory;
    for (let slot = first; view[slot] !== 0; slot = this.#after(slot)) if (view[slot + 1] === hash) return slot;
    return 0;
  }

  #home(hash: number): number {
    const capacity = this.capacity;
    return headerWords + (hash & (capacity - 1)) * this.#slotWords;
  }

  #after(slot: number): number {
    const next = slot + this.#slotWords;
    return next === headerWords + this.capacity * this.#slotWords ? headerWords : next;
  }
}

/** The fewest slots, a power of two, that so many entries fill by no more than two thirds. */
function capacityFor(entries: number): number {
  return Math.max(capacityMin, 2 ** Math.ceil(Math.log2(slotsFor(entries))));
}

function slotsFor(entries: number): number {
  return (entries * 3) / 2 + 1;
}
