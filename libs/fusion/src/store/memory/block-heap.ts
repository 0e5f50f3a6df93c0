import { LimitError } from '@syncytium/kit';
import type { BlockDemand } from './block-demand.js';
import { blockClasses, blockClassOf, blockWords } from './block-sizes.js';
import type { SharedBuffers } from './shared-buffers.js';
import { SharedVector } from './shared-vector.js';

/** Where a block begins, in words from the start of its heap; never 0. */
export type BlockRef = number;

/**
 * The heap's own words: a 0, so that what reads at the ref of no block reads an empty one, where unused space begins,
 * then for every size the first free block and how many there are.
 */
const endAt = 1;
const freeAt = 2;
const freeCountAt = freeAt + blockClasses;
/** Even, so that every block begins at a multiple of eight bytes. */
const headerWords = (freeCountAt + blockClasses + 1) & ~1;

/** The most words of a heap: as many bytes as one buffer can have. */
const heapWordsMax = 2 ** 30;

/**
 * Blocks of words that all threads share. One that is given back is used again for the next of its size; nothing is
 * ever moved.
 */
export class BlockHeap {
  readonly memory: SharedVector;
  readonly #what: string;
  readonly #wordsMax: number;

  /** @param what Whose blocks they are, for the error that says there are too many. */
  constructor(buffers: SharedBuffers, what: string, wordsMax = heapWordsMax) {
    this.memory = new SharedVector(buffers, what, wordsMax);
    this.#what = what;
    this.#wordsMax = wordsMax;
    if (this.memory.view.length > 0) return;
    this.memory.ensure(headerWords);
    this.memory.view[endAt] = headerWords;
  }

  /** A block of at least so many words, which may hold anything. Throws {@link LimitError} when there is no room. */
  allocate(words: number): BlockRef {
    const blockClass = blockClassOf(words);
    const { view } = this.memory;
    const free = view[freeAt + blockClass] ?? 0;
    if (free === 0) return this.#extend(blockWords(blockClass));
    view[freeAt + blockClass] = view[free] ?? 0;
    view[freeCountAt + blockClass] = (view[freeCountAt + blockClass] ?? 0) - 1;
    return free;
  }

  /** Gives a block back; `words` as it was asked for. */
  release(ref: BlockRef, words: number): void {
    const blockClass = blockClassOf(words);
    const { view } = this.memory;
    view[ref] = view[freeAt + blockClass] ?? 0;
    view[freeAt + blockClass] = ref;
    view[freeCountAt + blockClass] = (view[freeCountAt + blockClass] ?? 0) + 1;
  }

  /** Makes room for all of these blocks. Throws {@link LimitError} when there is none; then nothing has changed. */
  reserve(demand: BlockDemand): void {
    const { view } = this.memory;
    let end = view[endAt] ?? 0;
    for (const [blockClass, count] of demand.counts) {
      const missing = count - (view[freeCountAt + blockClass] ?? 0);
      if (missing > 0) end += missing * blockWords(blockClass);
    }
    this.#makeRoom(end);
  }

  #extend(words: number): BlockRef {
    const ref = this.memory.view[endAt] ?? 0;
    this.#makeRoom(ref + words);
    this.memory.view[endAt] = ref + words;
    return ref;
  }

  #makeRoom(end: number): void {
    if (end > this.#wordsMax) throw new LimitError(this.#what, this.#wordsMax * 4, 'bytes');
    this.memory.ensure(end);
  }
}
