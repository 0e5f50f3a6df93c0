import { LimitError } from '@syncytium/kit';
import type { SharedArea, SharedBuffers } from './shared-buffers.js';
import { bufferOf, isScanned, lengthOf, type SharedMemory } from './shared-memory.js';
import { makeWordFinder, type WordFinder } from './word-finder.js';

/** Growth begins with this much, and is less only where memory ends. */
const stepBytesUsual = 64 * 1024;

/** Growth by half as much again would otherwise leave gigabytes unused. */
const stepBytesMax = 64 * 2 ** 20;

const bytesPerWord = 4;

/** To make a finder takes as long as V8 takes to look through a few hundred thousand words, and this once for each thread. */
const finderWordsMin = 32_768;

export interface VectorOptions {
  /** How much it grows at least. */
  readonly stepBytesMin?: number;
  /** Whether words are looked for, so that {@link SharedVector.collect} should be quick. */
  readonly isForScans?: boolean;
}

/**
 * Words of 32 bits that all threads share, 0 where nothing has been written. `view` has a fixed length, since views that
 * track a buffer's length are read twenty times slower; it is replaced by growth, so a loop takes it once and anew
 * after anything that may grow.
 */
export class SharedVector implements SharedArea {
  view: Int32Array;
  readonly #buffers: SharedBuffers;
  readonly #memory: SharedMemory;
  readonly #what: string;
  readonly #lengthMax: number;
  readonly #stepBytesMin: number;
  #finder: WordFinder | undefined;

  /** @param what Whose words they are, for the error that says there are too many. */
  constructor(
    buffers: SharedBuffers,
    what: string,
    lengthMax: number,
    { stepBytesMin = stepBytesUsual, isForScans = false }: VectorOptions = {},
  ) {
    this.#buffers = buffers;
    this.#what = what;
    this.#lengthMax = lengthMax;
    this.#stepBytesMin = stepBytesMin;
    this.#memory = buffers.take(this, lengthMax * bytesPerWord, isForScans);
    this.view = this.#makeView();
    if (buffers.haveRoom) this.ensure(Math.min(stepBytesMin / bytesPerWord, lengthMax));
  }

  /** The bytes of some of the words, which other threads see, too. */
  bytes(at: number, count: number): Buffer {
    return Buffer.from(bufferOf(this.#memory), at * bytesPerWord, count);
  }

  /**
   * Puts the places of a word from one place to before another, neither beyond the last, at the start of `into`, the first
   * `countMax` of them; says how many those are.
   */
  collect(word: number, from: number, end: number, into: Int32Array, countMax: number): number {
    let count = 0;
    if (isScanned(this.#memory) && this.view.length >= finderWordsMin) {
      this.#finder ??= makeWordFinder(this.#memory.memory);
      const endByte = end * bytesPerWord;
      let at = this.#finder(word, from * bytesPerWord, endByte);
      for (; at !== endByte && count < countMax; at = this.#finder(word, at + bytesPerWord, endByte))
        into[count++] = at / bytesPerWord;
      return count;
    }
    const part = this.view.subarray(from, end);
    for (let at = part.indexOf(word); at >= 0 && count < countMax; at = part.indexOf(word, at + 1))
      into[count++] = from + at;
    return count;
  }

  /** Makes room for `length` words. Throws {@link LimitError} when there may not be as many. */
  ensure(length: number): void {
    if (length > this.view.length) this.#grow(length);
  }

  refresh(): void {
    if (lengthOf(this.#memory) !== this.view.byteLength) this.view = this.#makeView();
  }

  #grow(length: number): void {
    if (length > this.#lengthMax) throw new LimitError(this.#what, this.#lengthMax * bytesPerWord, 'bytes');
    const before = this.view.byteLength;
    const needed = length * bytesPerWord;
    const step = Math.min(Math.max(before >>> 1, this.#stepBytesMin), stepBytesMax);
    const wanted = Math.min(before + step, before + this.#buffers.bytesLeft, this.#lengthMax * bytesPerWord);
    this.#buffers.grow(this.#memory, Math.max(needed, wanted - (wanted % bytesPerWord)));
    this.view = this.#makeView();
  }

  #makeView(): Int32Array {
    return new Int32Array(bufferOf(this.#memory), 0, lengthOf(this.#memory) / bytesPerWord);
  }
}
