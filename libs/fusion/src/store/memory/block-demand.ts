import { blockClassOf, blockWords } from './block-sizes.js';

/** How many blocks of each size somebody is about to ask a heap for. */
export class BlockDemand {
  readonly counts = new Map<number, number>();
  /** The words of all of them. */
  words = 0;

  /** `times` blocks of `words` words each. */
  add(words: number, times: number): void {
    const blockClass = blockClassOf(words);
    this.counts.set(blockClass, (this.counts.get(blockClass) ?? 0) + times);
    this.words += blockWords(blockClass) * times;
  }
}
