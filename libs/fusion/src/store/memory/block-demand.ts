import { blockClasses, blockClassOf } from './block-sizes.js';

/** How many blocks of each size somebody is about to ask a heap for. */
export class BlockDemand {
  readonly counts = new Float64Array(blockClasses);

  /** `times` blocks of `words` words each. */
  add(words: number, times = 1): void {
    const blockClass = blockClassOf(words);
    this.counts[blockClass] = (this.counts[blockClass] ?? 0) + times;
  }
}
