import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExpiryHeap, type Expiring } from './expiry-heap.js';

test('what expires first is on top, however expiries change', () => {
  const change = fc.record({ item: fc.nat(9), expiresAt: fc.option(fc.nat(20)) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 100 }), (changes) => {
      const heap = new ExpiryHeap<Expiring>();
      const items: Expiring[] = Array.from({ length: 10 }, () => ({ expiresAt: Infinity, heapIndex: -1 }));
      const inside = new Set<Expiring>();
      for (const { item: index, expiresAt } of changes) {
        const item = items[index]!;
        if (expiresAt === null) {
          heap.remove(item);
          inside.delete(item);
        } else {
          item.expiresAt = expiresAt;
          heap.update(item);
          inside.add(item);
        }
        expect(heap.size).toBe(inside.size);
        expect(heap.peek()?.expiresAt ?? Infinity).toBe(Math.min(...[...inside].map((item) => item.expiresAt)));
      }
      let last = -1;
      for (let top = heap.peek(); top; top = heap.peek()) {
        expect(top.expiresAt).toBeGreaterThanOrEqual(last);
        last = top.expiresAt;
        heap.remove(top);
      }
      expect(items.every((item) => item.heapIndex === -1)).toBe(true);
    }),
    propertyRuns(200),
  );
});
