import { readThidWords, thidWords } from '@syncytium/codec';

/** Ids for which there is room from the beginning. */
const roomMin = 1024;

/** The hash table has at least so many places for each id. */
const sparseness = 2;

const nowhere = -1;

/**
 * The THIDs that were added last, `max` at the most, each with a place from 0 to `max - 1` that is its until it is
 * forgotten. The ids are numbers in few large arrays: as texts in a map, tens of thousands of them would grow old before
 * they are forgotten, and only a collection of the whole heap would free them.
 */
export class RecentIds {
  readonly #max: number;
  #words: Uint32Array;
  /** One more than the place of the id that is found there; 0 where there is none. Probed one after the other. */
  #table: Int32Array;
  readonly #sought = new Uint32Array(thidWords);
  #next = 0;
  #size = 0;

  constructor(max: number) {
    this.#max = max;
    const room = Math.min(max, roomMin);
    this.#words = new Uint32Array(room * thidWords);
    this.#table = newTable(room);
  }

  /** How many there are; an id that was added again may be counted twice. */
  get size(): number {
    return this.#size;
  }

  /** The place of an id; -1 where it is not known. */
  find(id: string): number {
    readThidWords(id, this.#sought, 0);
    return (this.#table[this.#slotOf(this.#sought, 0)] ?? 0) - 1;
  }

  /** Adds an id, or counts it as new; the one that is the oldest may be forgotten for it. Returns its place. */
  add(id: string): number {
    if (this.#next === this.#max) this.#next = 0;
    if (this.#next * thidWords === this.#words.length) this.#grow();
    if (this.#size === this.#max) this.forgetOldest();
    const place = this.#next++;
    readThidWords(id, this.#words, place * thidWords);
    this.#enter(place);
    this.#size++;
    return place;
  }

  /** Forgets the one that was added first. Returns the place that it had, -1 if there is none. */
  forgetOldest(): number {
    if (this.#size === 0) return nowhere;
    const place = (this.#next - this.#size + this.#max) % this.#max;
    this.#size--;
    const slot = this.#slotOf(this.#words, place * thidWords);
    // Else it was added again since, and is at another place now.
    if (this.#table[slot] === place + 1) this.#empty(slot);
    return place;
  }

  #enter(place: number): void {
    this.#table[this.#slotOf(this.#words, place * thidWords)] = place + 1;
  }

  /** Where in the table an id is, or may be put. */
  #slotOf(words: Uint32Array, at: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let slot = hashOf(words, at) & mask;
    for (let entry = table[slot] ?? 0; entry !== 0; entry = table[slot] ?? 0) {
      if (this.#isAt(entry - 1, words, at)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isAt(place: number, words: Uint32Array, at: number): boolean {
    const known = this.#words;
    const start = place * thidWords;
    for (let i = 0; i < thidWords; i++) if (known[start + i] !== words[at + i]) return false;
    return true;
  }

  /** Whoever is behind moves up, so that nobody is looked for behind an empty slot. */
  #empty(slot: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let hole = slot;
    for (let next = (hole + 1) & mask; ; next = (next + 1) & mask) {
      const entry = table[next] ?? 0;
      if (entry === 0) break;
      const home = hashOf(this.#words, (entry - 1) * thidWords) & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      table[hole] = entry;
      hole = next;
    }
    table[hole] = 0;
  }

  /** Until all places have been used once, they are in the order in which they were added. */
  #grow(): void {
    const room = Math.min(this.#max, (2 * this.#words.length) / thidWords);
    const words = new Uint32Array(room * thidWords);
    words.set(this.#words);
    this.#words = words;
    this.#table = newTable(room);
    for (let place = this.#next - this.#size; place < this.#next; place++) this.#enter(place);
  }
}

function newTable(room: number): Int32Array {
  return new Int32Array(2 ** Math.ceil(Math.log2(Math.max(1, room) * sparseness)));
}

function hashOf(words: Uint32Array, at: number): number {
  let hash = 0;
  for (let i = 0; i < thidWords; i++) {
    hash = Math.imul(hash ^ (words[at + i] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}
