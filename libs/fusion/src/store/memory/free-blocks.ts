import { blockClasses, blockClassOf, largestClassIn } from './block-sizes.js';
import type { SharedBitmap } from './shared-bitmap.js';
import type { SharedVector } from './shared-vector.js';

/** The smallest block: the block after it in its list, and the one before. */
const smallestWords = 2;

/**
 * The free blocks of a heap, each joined with the free blocks beside it, in lists by their sizes. The first words of a
 * block are the block after it in its list, its length, and the block before it; the last word is its length once more.
 * Lengths have their lowest bit set, which places of blocks never have: so the smallest block, which has no room for
 * lengths, tells what it is. A bitmap says of the first and the last two words of every block whether it is free.
 */
export class FreeBlocks {
  readonly #memory: SharedVector;
  readonly #marks: SharedBitmap;
  readonly #headsAt: number;

  /** @param headsAt Where in memory the first block of every size is told. */
  constructor(memory: SharedVector, marks: SharedBitmap, headsAt: number) {
    this.#memory = memory;
    this.#marks = marks;
    this.#headsAt = headsAt;
  }

  /**
   * Takes in a block that becomes free, and joins it with its neighbours. Gives where unused space begins, which takes
   * the block in when it comes before `end`, where it began until now.
   */
  add(ref: number, words: number, end: number): number {
    let from = ref;
    let to = ref + words;
    if (this.#isFree(from - 2)) {
      from -= this.#wordsBefore(from);
      this.#drop(from);
    }
    if (to < end && this.#isFree(to)) {
      const after = this.#wordsAt(to);
      this.#drop(to);
      to += after;
    }
    if (to === end) return from;
    this.#put(from, to - from);
    return end;
  }

  /** A block of so many words, which are those of a size, split off a larger one where need be; 0 when there is none. */
  take(words: number): number {
    const { view } = this.#memory;
    for (let blockClass = blockClassOf(words); blockClass < blockClasses; blockClass++) {
      const ref = view[this.#headsAt + blockClass] as number;
      if (ref === 0) continue;
      const left = this.#wordsAt(ref) - words;
      this.#drop(ref);
      if (left > 0) this.#put(ref + words, left);
      return ref;
    }
    return 0;
  }

  #put(ref: number, words: number): void {
    const { view } = this.#memory;
    const headAt = this.#headsAt + largestClassIn(words);
    const next = view[headAt] as number;
    view[headAt] = ref;
    view[ref] = next;
    if (words > smallestWords) {
      view[ref + 1] = words | 1;
      view[ref + words - 1] = words | 1;
    }
    view[beforeAt(ref, words)] = 0;
    if (next !== 0) view[beforeAt(next, this.#wordsAt(next))] = ref;
    this.#marks.set(ref >>> 1);
    this.#marks.set((ref + words - 1) >>> 1);
  }

  #drop(ref: number): void {
    const { view } = this.#memory;
    const words = this.#wordsAt(ref);
    const next = view[ref] as number;
    const before = view[beforeAt(ref, words)] as number;
    if (before === 0) view[this.#headsAt + largestClassIn(words)] = next;
    else view[before] = next;
    if (next !== 0) view[beforeAt(next, this.#wordsAt(next))] = before;
    this.#marks.clear(ref >>> 1);
    this.#marks.clear((ref + words - 1) >>> 1);
  }

  #isFree(at: number): boolean {
    return this.#marks.has(at >>> 1);
  }

  /** The length of the free block at a place. */
  #wordsAt(ref: number): number {
    return lengthOf(this.#memory.view[ref + 1] as number);
  }

  /** The length of the free block that ends at a place. */
  #wordsBefore(end: number): number {
    return lengthOf(this.#memory.view[end - 1] as number);
  }
}

function beforeAt(ref: number, words: number): number {
  return words === smallestWords ? ref + 1 : ref + 2;
}

function lengthOf(word: number): number {
  return (word & 1) === 1 ? word & ~1 : smallestWords;
}
