import { LimitError } from '@syncytium/kit';
import type { BlockDemand } from './block-demand.js';
import { blockClasses, blockClassOf, blockWords } from './block-sizes.js';
import { ChangeCounters } from './change-counters.js';
import { FreeBlocks } from './free-blocks.js';
import { SharedBitmap } from './shared-bitmap.js';
import { SharedBuffers } from './shared-buffers.js';
import { SharedVector } from './shared-vector.js';

/** Where a block begins, in words from the start of its heap; never 0. */
export type BlockRef = number;

/**
 * The heap's own words: a 0, so that what reads at the ref of no block reads an empty one, where unused space begins,
 * then for every size the first block at hand, how many there are, and the first free block.
 */
const endAt = 1;
const atHandAt = 2;
const atHandCountAt = atHandAt + blockClasses;
const freeAt = atHandCountAt + blockClasses;
/** Even, so that every block begins at a multiple of eight bytes. */
const headerWords = (freeAt + blockClasses + 1) & ~1;

/** The most words of a heap: as many bytes as one buffer can have. */
const heapWordsMax = 2 ** 30;

/** Blocks of one size that are kept at hand at most: more than a millisecond is not taken to join them when there is no more room. */
const atHandMaxDefault = 16_384;

/** The marks of free blocks grow with this much: they take a sixty-fourth of what the blocks do. */
const marksStepBytes = 4096;

/**
 * Blocks of words that all threads share. One that is given back is at hand for the next of its size, unless there are many;
 * then it is joined with what is free beside it, as all at hand are before the heap grows. What is free is split as it is
 * needed; nothing is ever moved.
 */
export class BlockHeap {
  readonly memory: SharedVector;
  readonly #marks: SharedBitmap;
  readonly #free: FreeBlocks;
  readonly #what: string;
  readonly #wordsMax: number;
  readonly #atHandMax: number;

  /** @param what Whose blocks they are, for the error that says there are too many. */
  constructor(buffers: SharedBuffers, what: string, wordsMax = heapWordsMax, atHandMax = atHandMaxDefault) {
    this.memory = new SharedVector(buffers, what, wordsMax);
    this.#marks = new SharedBitmap(buffers, what, wordsMax / 2, { stepBytesMin: marksStepBytes });
    this.#free = new FreeBlocks(this.memory, this.#marks, freeAt);
    this.#what = what;
    this.#wordsMax = wordsMax;
    this.#atHandMax = atHandMax;
    if ((this.memory.view[endAt] ?? 0) > 0) return;
    this.#makeRoom(headerWords);
    this.memory.view[endAt] = headerWords;
  }

  /** A block of at least so many words, which may hold anything. Throws {@link LimitError} when there is no room. */
  allocate(words: number): BlockRef {
    const blockClass = blockClassOf(words);
    const { view } = this.memory;
    const ref = view[atHandAt + blockClass] as number;
    if (ref === 0) return this.#cut(blockWords(blockClass));
    view[atHandAt + blockClass] = view[ref] as number;
    view[atHandCountAt + blockClass] = (view[atHandCountAt + blockClass] as number) - 1;
    return ref;
  }

  /** Gives a block back; `words` as it was asked for. */
  release(ref: BlockRef, words: number): void {
    const blockClass = blockClassOf(words);
    const { view } = this.memory;
    if ((view[atHandCountAt + blockClass] as number) < this.#atHandMax) this.#keepAtHand(ref, blockClass);
    else view[endAt] = this.#free.add(ref, blockWords(blockClass), this.#end);
  }

  #keepAtHand(ref: BlockRef, blockClass: number): void {
    const { view } = this.memory;
    view[ref] = view[atHandAt + blockClass] as number;
    view[atHandAt + blockClass] = ref;
    view[atHandCountAt + blockClass] = (view[atHandCountAt + blockClass] as number) + 1;
  }

  /** Makes room for all of these blocks. Throws {@link LimitError} when there is none; then no block is in use for it. */
  reserve(demand: BlockDemand): void {
    const { view } = this.memory;
    let missing = 0;
    for (const [blockClass, count] of demand.counts)
      missing += Math.max(0, count - (view[atHandCountAt + blockClass] as number)) * blockWords(blockClass);
    if (this.#end + missing > this.#capacity) this.#reserveFree(demand);
  }

  /**
   * Gives back everything but some blocks, whatever state a thread that died has left the rest in.
   *
   * @param each Names the blocks that stay, and how many words each was asked for.
   */
  keepOnly(each: (keep: (ref: BlockRef, words: number) => void) => void): void {
    const { view } = this.memory;
    // A bit for every two words, which is where blocks begin and end.
    const pairs = view.length / 2;
    const kept = new SharedBitmap(new SharedBuffers(new ChangeCounters()), this.#what, pairs);
    kept.ensure(pairs);
    each((ref, words) => kept.setRange(ref / 2, (ref + blockWords(blockClassOf(words))) / 2));
    view.fill(0, atHandAt, headerWords);
    this.#marks.words.view.fill(0);
    let end = headerWords / 2;
    for (let used = kept.nextSet(end, pairs); used < pairs; used = kept.nextSet(end, pairs)) {
      if (used > end) this.#free.add(end * 2, (used - end) * 2, Infinity);
      end = kept.nextClear(used, pairs);
    }
    view[endAt] = end * 2;
  }

  get #end(): number {
    return this.memory.view[endAt] as number;
  }

  /** How many words there are that have marks. */
  get #capacity(): number {
    return Math.min(this.memory.view.length, this.#marks.words.view.length * 64);
  }

  /** Has what is free at hand in the sizes that are wanted, the largest first, and makes room for the rest. */
  #reserveFree({ counts }: BlockDemand): void {
    this.#join();
    let missing = 0;
    for (const [blockClass, count] of [...counts].sort(([a], [b]) => b - a)) {
      const words = blockWords(blockClass);
      for (let left = count; left > 0; left--) {
        const ref = this.#free.take(words);
        if (ref === 0) {
          missing += left * words;
          break;
        }
        this.#keepAtHand(ref, blockClass);
      }
    }
    this.#makeRoom(this.#end + missing);
  }

  #cut(words: number): BlockRef {
    if (this.#end + words > this.#capacity) {
      let ref = this.#free.take(words);
      if (ref === 0) {
        this.#join();
        ref = this.#free.take(words);
      }
      if (ref !== 0) return ref;
      this.#makeRoom(this.#end + words);
    }
    const ref = this.#end;
    this.memory.view[endAt] = ref + words;
    return ref;
  }

  /** Joins all blocks at hand with what is free beside them; none is at hand any more. */
  #join(): void {
    const { view } = this.memory;
    for (let blockClass = 0; blockClass < blockClasses; blockClass++) {
      const words = blockWords(blockClass);
      for (let ref = view[atHandAt + blockClass] as number; ref !== 0;) {
        const next = view[ref] as number;
        view[endAt] = this.#free.add(ref, words, this.#end);
        ref = next;
      }
      view[atHandAt + blockClass] = 0;
      view[atHandCountAt + blockClass] = 0;
    }
  }

  #makeRoom(end: number): void {
    if (end > this.#wordsMax) throw new LimitError(this.#what, this.#wordsMax * 4, 'bytes');
    this.memory.ensure(end);
    this.#marks.ensure(end / 2);
  }
}
