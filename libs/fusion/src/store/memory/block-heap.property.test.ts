import { LimitError } from '@syncytium/kit';
import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChangeCounters } from './change-counters.js';
import { BlockDemand } from './block-demand.js';
import { BlockHeap } from './block-heap.js';
import { blockClasses, blockClassOf, blockWords, largestClassIn } from './block-sizes.js';
import { SharedBuffers } from './shared-buffers.js';

function makeHeap(wordsMax?: number, atHandMax?: number): BlockHeap {
  return new BlockHeap(new SharedBuffers(new ChangeCounters()), 'texts of name', wordsMax, atHandMax);
}

/** How many blocks of a size are at hand at most. */
const atHandMaxes = fc.constantFrom(0, 1, 2, undefined);

interface Block {
  readonly ref: number;
  readonly words: number;
}

/** A heap as long as it can be, with where its blocks may be. */
function makeFullLengthHeap(atHandMax?: number): { heap: BlockHeap; first: number; end: number } {
  const heap = makeHeap(4096, atHandMax);
  const first = heap.allocate(2);
  heap.release(first, 2);
  return { heap, first, end: 4096 };
}

function gapsBetween(blocks: readonly Block[], first: number, end: number): number[] {
  const sorted = [...blocks].sort((a, b) => a.ref - b.ref);
  const starts = [first, ...sorted.map(({ ref, words }) => ref + words)];
  return starts.map((start, i) => (sorted[i]?.ref ?? end) - start);
}

function expectApart(blocks: readonly Block[], first: number, end: number): void {
  expect(Math.min(...gapsBetween(blocks, first, end))).toBeGreaterThanOrEqual(0);
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
    fc.property(fc.array(step, { maxLength: 200 }), atHandMaxes, (steps, atHandMax) => {
      const heap = makeHeap(undefined, atHandMax);
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

test('a heap that cannot grow finds a block exactly where some gap between the others holds it', () => {
  const step = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ words: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 500 })) }),
    },
    { weight: 2, arbitrary: fc.record({ release: fc.nat(1000) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 150 }), atHandMaxes, (steps, atHandMax) => {
      const { heap, first, end } = makeFullLengthHeap(atHandMax);
      const blocks: { ref: number; words: number }[] = [];
      const gaps = (): number[] => gapsBetween(blocks, first, end);
      for (const one of steps) {
        if ('words' in one) {
          const words = blockWords(blockClassOf(one.words));
          const fits = Math.max(...gaps()) >= words;
          if (fits) blocks.push({ ref: heap.allocate(one.words), words });
          else expect(() => heap.allocate(one.words)).toThrow(LimitError);
          expectApart(blocks, first, end);
        } else if (blocks.length > 0) {
          const [gone] = blocks.splice(one.release % blocks.length, 1);
          heap.release(gone!.ref, gone!.words);
        }
      }
      // Nothing has got lost: when all are given back, they are one.
      for (const { ref, words } of blocks.splice(0)) heap.release(ref, words);
      expect(heap.allocate(blockWords(largestClassIn(end - first)))).toBe(first);
    }),
    propertyRuns(300),
  );
});

test('what was reserved is there in whatever order it is asked for, also when others are given back between', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 30 });
  const order = fc.infiniteStream(fc.nat(1000));
  fc.assert(
    fc.property(fc.array(sizes, { minLength: 2, maxLength: 12 }), order, atHandMaxes, (batches, picks, atHandMax) => {
      const { heap, first, end } = makeFullLengthHeap(atHandMax);
      const blocks: { ref: number; words: number }[] = [];
      const pick = (count: number): number => picks.next().value! % count;
      for (const batch of batches) {
        const demand = new BlockDemand();
        for (const words of batch) demand.add(words, 1);
        const total = batch.reduce((sum, words) => sum + blockWords(blockClassOf(words)), 0);
        try {
          heap.reserve(demand);
        } catch (error) {
          expect(error).toBeInstanceOf(LimitError);
          // One gap that holds all of them would have done.
          expect(Math.max(...gapsBetween(blocks, first, end))).toBeLessThan(total);
          for (const { ref, words } of blocks.splice(0)) heap.release(ref, words);
          continue;
        }
        for (const wanted = [...batch]; wanted.length > 0;) {
          const [words] = wanted.splice(pick(wanted.length), 1);
          if (blocks.length > 0 && pick(3) === 0) {
            const [gone] = blocks.splice(pick(blocks.length), 1);
            heap.release(gone!.ref, gone!.words);
          }
          blocks.push({ ref: heap.allocate(words!), words: blockWords(blockClassOf(words!)) });
        }
        expectApart(blocks, first, end);
      }
    }),
    propertyRuns(300),
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

test('of many blocks of a size that are given back, most are joined at once', () => {
  const heap = makeHeap(undefined, 4);
  const refs = Array.from({ length: 20 }, () => heap.allocate(10));
  for (const ref of refs) heap.release(ref, 10);
  // Those at hand are too small, and what was behind them is unused again.
  expect(heap.allocate(100)).toBe(refs[4]);
  expect(heap.allocate(10)).toBe(refs[3]);
});

test('a demand is met from free blocks first, and what exceeds the limit is refused as a whole', () => {
  const heap = makeHeap(1200);
  const refs = [heap.allocate(100), heap.allocate(100)];
  const demand = new BlockDemand();
  demand.add(100, 4);
  expect(() => heap.reserve(demand)).toThrow(new LimitError('texts of name', 4800, 'bytes'));
  for (const ref of refs) heap.release(ref, 100);
  heap.reserve(demand);
  for (let i = 0; i < 4; i++) heap.allocate(100);
  expect(() => heap.allocate(200)).toThrow(LimitError);
});
