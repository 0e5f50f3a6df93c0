import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChurnMap } from './churn-map.js';

/** Law: after any calls it holds what a `Map` would hold, in the same order. */
const call = fc.tuple(fc.constantFrom('set', 'delete'), fc.nat({ max: 12 }), fc.option(fc.nat(), { nil: undefined }));

describe('a map for entries that come and go', () => {
  it('holds what a Map holds', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 200 }), fc.nat({ max: 300 }), (calls, before) => {
        const map = new ChurnMap<number, number | undefined>();
        const reference = new Map<number, number | undefined>();
        // So that it is made anew in the midst of the calls, too.
        for (let i = 0; i < before; i++) map.set(i % 5, i);
        for (const key of map.keys()) map.delete(key);
        for (const [what, key, value] of calls) {
          if (what === 'set') {
            map.set(key, value);
            reference.set(key, value);
          } else {
            expect(map.delete(key)).toBe(reference.delete(key));
          }
          expect(map.size).toBe(reference.size);
          expect(map.has(key)).toBe(reference.has(key));
          expect(map.get(key)).toBe(reference.get(key));
          expect([...map.values()]).toEqual([...reference.values()]);
          expect([...map]).toEqual([...reference]);
          expect([...map.keys()]).toEqual([...reference.keys()]);
        }
      }),
    );
  });
});
