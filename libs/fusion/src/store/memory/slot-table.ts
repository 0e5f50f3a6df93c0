import { inSteps } from '../in-steps.js';
import type { SharedBuffers } from './shared-buffers.js';
import { SharedVector } from './shared-vector.js';

/**
 * The table's own words: how many homes there are, how many slots hold an entry, one word for its user, and the bits of a
 * hash that name its home.
 */
const homesAt = 0;
const usedAt = 1;
const markAt = 2;
const maskAt = 3;
const headerWords = 4;

const homesMin = 1024;

/** Slots behind the last home, for what finds no place at home. */
const slotsBehind = 1024;

/** While the table grows, every eighth entry adds so many homes: it has doubled before four fifths of it are full. */
const homesAtOnce = 64;
const entriesAtOnce = 8;

/**
 * Entries (any number but 0) by their hashes: open addressing with linear probing, at most two thirds full but while it
 * grows. A slot is the entry, its hash, and as many further words as its user wants. Slots are named by the place of
 * their first word, which holds until the next entry is added or removed.
 *
 * It grows by a few homes at a time, so that no entry ever waits for all others to be moved: from the moment there are too
 * many, those that come split homes, in their order, in two. The second half of what a home has then is at home beyond all
 * homes that there were, in the place that one more bit of its hash names.
 */
export class SlotTable {
  readonly memory: SharedVector;
  readonly #slotWords: number;
  /** What is put in anew. */
  #moved = new Int32Array();

  constructor(buffers: SharedBuffers, what: string, entriesMax: number, slotWords: number) {
    this.#slotWords = slotWords;
    this.memory = new SharedVector(buffers, what, headerWords + (homesFor(entriesMax) + slotsBehind) * slotWords);
    if ((this.memory.view[homesAt] ?? 0) > 0) return;
    this.#ensure(homesMin);
    this.#setHomes(homesMin);
  }

  /** How many entries there are. */
  get size(): number {
    return this.memory.view[usedAt] as number;
  }

  /** How many homes there will be when it has grown, a power of two: the lower bits of a hash are the number of its home. */
  get capacity(): number {
    return (this.memory.view[maskAt] as number) + 1;
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
    return this.#findFrom(slot + this.#slotWords, hash);
  }

  /** The slots of all entries. */
  *slots(): Generator<number, void> {
    const { view } = this.memory;
    for (let slot = headerWords; slot < view.length; slot += this.#slotWords) if (view[slot] !== 0) yield slot;
  }

  /** Adds an entry; its further words are 0. Gives its slot. */
  add(hash: number, entry: number): number {
    if (this.#wantsHomes(1)) {
      this.reserve(1);
      if (this.size % entriesAtOnce === 0) this.#addHomes();
    }
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
    for (let at = gap + words; view[at] !== 0; at += words) {
      // What would no longer be found beyond the gap moves into it.
      if (this.#home(view[at + 1] as number) > gap) continue;
      view.copyWithin(gap, at, at + words);
      gap = at;
    }
    view.fill(0, gap, gap + words);
    view[usedAt] = this.size - 1;
  }

  /** Takes out all entries, whatever state a thread that died has left them in. */
  clear(): void {
    const { view } = this.memory;
    view.fill(0, headerWords, view.length);
    view[usedAt] = 0;
    view[markAt] = 0;
    view[maskAt] = powerFrom(view[homesAt] as number) - 1;
  }

  /** Makes room for so many more entries. Throws `LimitError` when there is none. */
  reserve(more: number): void {
    if (this.#wantsHomes(more)) this.#ensure(homesFor(this.size + more));
  }

  /** Grows to what so many more entries want, for which there has to be room, in steps. */
  *grow(more: number): Generator<undefined, void> {
    const homes = homesFor(this.size + more);
    const missing = homes - (this.memory.view[homesAt] as number);
    if (this.size === 0 && missing > 0) this.#setHomes(homes);
    else yield* inSteps(missing / homesAtOnce, () => this.#addHomes(), 'heavy');
  }

  /** Whether it is growing, or has to for so many more entries. */
  #wantsHomes(more: number): boolean {
    const { view } = this.memory;
    const homes = view[homesAt] as number;
    return homes <= (view[maskAt] as number) || slotsFor((view[usedAt] as number) + more) > homes;
  }

  #setHomes(homes: number): void {
    const { view } = this.memory;
    view[maskAt] = homes - 1;
    view[homesAt] = homes;
  }

  #ensure(homes: number): void {
    this.memory.ensure(headerWords + (homes + slotsBehind) * this.#slotWords);
  }

  /** Splits the next homes in two: what is in them, and behind them up to the next gap, is put in anew. */
  #addHomes(): void {
    const { view } = this.memory;
    const words = this.#slotWords;
    const homes = view[homesAt] as number;
    if (homes > (view[maskAt] as number)) view[maskAt] = 2 * homes - 1;
    const start = this.#slotOf(homes - (this.capacity >>> 1));
    let end = start + homesAtOnce * words;
    while (view[end] !== 0) end += words;
    const length = end - start;
    if (this.#moved.length < length) this.#moved = new Int32Array(2 * length);
    const moved = this.#moved;
    moved.set(view.subarray(start, end));
    view.fill(0, start, end);
    view[homesAt] = homes + homesAtOnce;
    for (let at = 0; at < length; at += words) {
      if (moved[at] === 0) continue;
      const slot = this.#put(moved[at + 1] as number, moved[at] as number);
      for (let i = 2; i < words; i++) this.memory.view[slot + i] = moved[at + i] as number;
    }
  }

  #put(hash: number, entry: number): number {
    const words = this.#slotWords;
    let slot = this.#home(hash);
    while (this.memory.view[slot] !== 0) slot += words;
    // The last slot is never used, so that every search ends.
    this.memory.ensure(slot + 2 * words);
    const { view } = this.memory;
    view[slot] = entry;
    view[slot + 1] = hash;
    return slot;
  }

  #findFrom(first: number, hash: number): number {
    const { view } = this.memory;
    const words = this.#slotWords;
    for (let slot = first; view[slot] !== 0; slot += words) if (view[slot + 1] === hash) return slot;
    return 0;
  }

  #home(hash: number): number {
    const { view } = this.memory;
    const mask = view[maskAt] as number;
    const home = hash & mask;
    // A home that is not there yet is still part of the one with a bit less.
    return this.#slotOf(home < (view[homesAt] as number) ? home : home - ((mask + 1) >>> 1));
  }

  #slotOf(home: number): number {
    return headerWords + home * this.#slotWords;
  }
}

/** The fewest homes, a power of two, that so many entries fill by no more than two thirds. */
function homesFor(entries: number): number {
  return Math.max(homesMin, powerFrom(slotsFor(entries)));
}

/** The lowest power of two that is not below a number. */
function powerFrom(number: number): number {
  return 2 ** Math.ceil(Math.log2(number));
}

function slotsFor(entries: number): number {
  return (entries * 3) / 2 + 1;
}
