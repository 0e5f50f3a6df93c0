import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LinkedSet } from './linked-set.js';

test('a linked set has the items of a Set, in the same order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('add', 'move', 'delete'), fc.nat(10))), (changes) => {
      const [linked, plain] = [new LinkedSet<number>(), new Set<number>()];
      for (const [change, item] of changes) {
        if (change === 'delete') {
          expect(linked.delete(item)).toBe(plain.delete(item));
        } else if (change === 'move') {
          linked.moveToEnd(item);
          plain.delete(item);
          plain.add(item);
        } else {
          linked.add(item);
          plain.add(item);
        }
        expect([...linked]).toEqual([...plain]);
        expect([linked.size, linked.first(), linked.has(item)]).toEqual([plain.size, [...plain][0], plain.has(item)]);
      }
    }),
    propertyRuns(300),
  );
});
