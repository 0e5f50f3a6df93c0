import { LimitError } from '@syncytium/kit';
import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChangeCounters } from './change-counters.js';
import { BlockDemand } from './block-demand.js';
import { BlockHeap } from './block-heap.js';
import { blockClasses, blockClassOf, blockWords } from './block-sizes.js';
import { SharedBuffers } from './shared-buffers.js';

function makeHeap(wordsMax?: number): BlockHeap {
  return new BlockHeap(new SharedBuffers(new ChangeCounters()), 'texts of name', wordsMax);
}

test('a size holds what is asked for and wastes little', () => {
  const words = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2 ** 29 }));
  fc.assert(
    fc.property(words, (wanted) => {
      const blockClass = blockClassOf(wanted);
      expect(blockClass).toBeLessThan(blockClasses);
      expect(blockWords(blockClass)).toBeGreaterThanOrEqual(wanted);
      expect(blockWords(blockClass)).toBeLessThanOrEqual(Math.max(wanted + 1, wanted * 1.125));
      if (blockClass > 1) expect(blockWords(blockClass - 1)).toBeLessThan(wanted);
    }),
    propertyRuns(1000),
  );
});

test('blocks never overlap, whatever is given back between', () => {
  const step = fc.oneof(fc.record({ words: fc.integer({ min: 1, max: 200 }) }), fc.record({ release: fc.nat(1000) }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = makeHeap();
      const blocks: { ref: number; words: number; mark: number }[] = [];
      let mark = 0;
      for (const one of steps) {
        if ('words' in one) {
          const block = { ref: heap.allocate(one.words), words: one.words, mark: ++mark };
          expect(block.ref % 2).toBe(0);
          heap.memory.view.fill(block.mark, block.ref, block.ref + block.words);
          blocks.push(block);
        } else if (blocks.length > 0) {
          const [gone] = blocks.splice(one.release % blocks.length, 1);
          heap.release(gone!.ref, gone!.words);
        }
      }
      for (const { ref, words, mark: own } of blocks)
        expect(new Set(heap.memory.view.subarray(ref, ref + words))).toEqual(new Set([own]));
    }),
    propertyRuns(200),
  );
});

test('a block that was given back is used again', () => {
  const heap = makeHeap();
  const first = heap.allocate(10);
  heap.allocate(10);
  heap.release(first, 9);
  expect(heap.allocate(10)).toBe(first);
  expect(heap.allocate(10)).not.toBe(first);
});

test('a demand is met from free blocks first, and what exceeds the limit is refused as a whole', () => {
  const heap = makeHeap(1000);
  const refs = [heap.allocate(100), heap.allocate(100)];
  const demand = new BlockDemand();
  demand.add(100, 4);
  expect(() => heap.reserve(demand)).toThrow(new LimitError('texts of name', 4000, 'bytes'));
  for (const ref of refs) heap.release(ref, 100);
  heap.reserve(demand);
  for (let i = 0; i < 4; i++) heap.allocate(100);
  expect(() => heap.allocate(200)).toThrow(LimitError);
});
