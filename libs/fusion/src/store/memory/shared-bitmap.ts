import type { SharedBuffers } from './shared-buffers.js';
import { SharedVector, type VectorOptions } from './shared-vector.js';

/** One bit for every row, clear until set. */
export class SharedBitmap {
  readonly words: SharedVector;

  constructor(buffers: SharedBuffers, what: string, bitsMax: number, options?: VectorOptions) {
    this.words = new SharedVector(buffers, what, Math.ceil(bitsMax / 32), options);
  }

  ensure(bits: number): void {
    this.words.ensure((bits + 31) >>> 5);
  }

  has(bit: number): boolean {
    return ((this.words.view[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }

  set(bit: number): void {
    this.ensure(bit + 1);
    const { view } = this.words;
    view[bit >>> 5] = (view[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  /** Sets the bits from one to before another. */
  setRange(from: number, end: number): void {
    let bit = from;
    for (; bit < end && (bit & 31) !== 0; bit++) this.set(bit);
    const whole = end >>> 5;
    if (bit >>> 5 < whole) {
      this.ensure(end);
      this.words.view.fill(-1, bit >>> 5, whole);
      bit = whole << 5;
    }
    for (; bit < end; bit++) this.set(bit);
  }

  clear(bit: number): void {
    const { view } = this.words;
    const at = bit >>> 5;
    if (at < view.length) view[at] = (view[at] ?? 0) & ~(1 << (bit & 31));
  }

  /** Clears the bits that are set in words, of which there may be more. */
  clearAll(bits: Int32Array): void {
    const { view } = this.words;
    const end = Math.min(view.length, bits.length);
    for (let at = 0; at < end; at++) {
      const word = bits[at] as number;
      if (word !== 0) view[at] = (view[at] as number) & ~word;
    }
  }

  /** Clears what is clear in another bitmap. */
  clearOthers(other: SharedBitmap): void {
    const { view } = this.words;
    for (let at = 0; at < view.length; at++) view[at] = (view[at] as number) & (other.words.view[at] ?? 0);
  }

  /** Makes 0 of all words whose bit, the one with the word's number, is clear. */
  zeroOthers({ view }: SharedVector): void {
    for (let at = 0; at < view.length; at++) if (!this.has(at)) view[at] = 0;
  }

  /** Keeps of the first `count` bits named in an array those that are set, in their order; says how many there are. */
  keep(bits: Int32Array, count: number): number {
    const { view } = this.words;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const bit = bits[i] as number;
      bits[kept] = bit;
      kept += ((view[bit >>> 5] ?? 0) >>> (bit & 31)) & 1;
    }
    return kept;
  }

  /** The first bit from `from` that is set; `end` when there is none before it. */
  nextSet(from: number, end: number): number {
    return this.#next(from, end, 0);
  }

  /** The first bit from `from` that is clear; `end` when there is none before it. */
  nextClear(from: number, end: number): number {
    return this.#next(from, end, -1);
  }

  /** All bits before one that are set, in their order. */
  *each(end: number): Generator<number, void> {
    for (let bit = this.nextSet(0, end); bit < end; bit = this.nextSet(bit + 1, end)) yield bit;
  }

  /** How many bits before one are set. */
  countBefore(end: number): number {
    const { view } = this.words;
    const whole = Math.min(end >>> 5, view.length);
    let count = 0;
    for (let at = 0; at < whole; at++) count += bitsIn(view[at] as number);
    return count + bitsIn((view[whole] ?? 0) & ((1 << (end & 31)) - 1));
  }

  /** @param flip 0 to look for set bits, -1 for clear ones. */
  #next(from: number, end: number, flip: 0 | -1): number {
    const { view } = this.words;
    for (let at = from >>> 5; at << 5 < end; at++) {
      let word = (view[at] ?? 0) ^ flip;
      if (at === from >>> 5) word &= -1 << (from & 31);
      if (word !== 0) return Math.min((at << 5) + 31 - Math.clz32(word & -word), end);
    }
    return end;
  }
}

/** How many bits of a word are set: those of each two, four and eight neighbours are added up side by side. */
function bitsIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
