import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Heap, type HeapItem } from './heap.js';

interface Ranked extends HeapItem {
  rank: number;
}

type Step =
  | { readonly kind: 'push'; readonly rank: number }
  | { readonly kind: 'remove' | 'grow'; readonly which: number; readonly by: number }
  | { readonly kind: 'move'; readonly below: number };

const rank = fc.nat(30);
const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ kind: fc.constant('push'), rank }),
    fc.record({ kind: fc.constant('push'), rank }),
    fc.record({ kind: fc.constant('push'), rank }),
    fc.record({ kind: fc.constantFrom('remove', 'grow'), which: fc.nat(), by: rank }),
    fc.record({ kind: fc.constant('move'), below: fc.nat(5) }),
  ),
  { size: 'max', minLength: 20, maxLength: 120 },
);

/** Throws when an item does not know its place, or stands above one of a lower rank. */
function expectHeap(heap: Heap<Ranked>, expected: readonly Ranked[]): void {
  const { items } = heap;
  expect(heap.size).toBe(expected.length);
  expect(new Set(items)).toEqual(new Set(expected));
  expect(heap.first?.rank).toBe(expected.length > 0 ? Math.min(...expected.map((one) => one.rank)) : undefined);
  const wrong = items.filter((one, at) => one.heapAt !== at || (items[(at - 1) >> 1]?.rank ?? -1) > one.rank);
  expect(wrong).toEqual([]);
}

describe('a heap', () => {
  /** Laws: after every step it holds what was put in and not taken out, in heap order, and each item knows its place. */
  it('keeps its order whatever is pushed, removed, moved or grows', () => {
    fc.assert(
      fc.property(steps, (run) => {
        let items: Ranked[] = [];
        const heap = new Heap<Ranked>((one) => one.rank);
        for (const step of run) {
          if (step.kind === 'push') {
            const item = { rank: step.rank, heapAt: -1 };
            items.push(item);
            heap.push(item);
          } else if (step.kind === 'move') {
            const other = new Heap<Ranked>((one) => one.rank);
            heap.moveTo(other, (one) => one.rank < step.below);
            expectHeap(
              other,
              items.filter((one) => one.rank < step.below),
            );
            items = items.filter((one) => one.rank >= step.below);
          } else {
            const item = items[step.which % Math.max(1, items.length)];
            if (!item) continue;
            if (step.kind === 'remove') {
              heap.remove(item);
              expect(item.heapAt).toBe(-1);
              items = items.filter((one) => one !== item);
            } else {
              item.rank += step.by;
              heap.grown(item);
            }
          }
          expectHeap(heap, items);
        }
      }),
      propertyRuns(300),
    );
  });

  it('takes steps in number like the logarithm of its size', () => {
    let looks = 0;
    const heap = new Heap<Ranked>((one) => {
      looks++;
      return one.rank;
    });
    const items = Array.from({ length: 4096 }, (_, i) => ({ rank: (i * 1597) % 4096, heapAt: -1 }));
    for (const item of items) heap.push(item);
    looks = 0;
    for (const item of items.slice(0, 100)) heap.remove(item);
    expect(looks).toBeLessThan(100 * 60);
    looks = 0;
    heap.moveTo(new Heap<Ranked>((one) => one.rank), ({ rank: own }) => own < 2000);
    expect(looks).toBeLessThan(4096 * 6);
  });
});
