import { blockClassOf } from './block-sizes.js';

/** How many blocks of each size somebody is about to ask a heap for. */
export class BlockDemand {
  readonly counts = new Map<number, number>();

  /** `times` blocks of `words` words each. */
  add(words: number, times: number): void {
    const blockClass = blockClassOf(words);
    this.counts.set(blockClass, (this.counts.get(blockClass) ?? 0) + times);
  }
}
