import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentIds } from './recent-ids.js';

/** Those that differ in their last digits only, and many that differ in their first ones. */
const idOf = (n: number): string => {
  const digits = n.toString(16).padStart(4, '0');
  return n % 2 === 0 ? digits.padStart(40, '0') : digits.padEnd(40, 'f');
};
const step = fc.oneof(
  { weight: 9, arbitrary: fc.nat(60).map((n) => ({ n })) },
  { weight: 1, arbitrary: fc.constant('forget' as const) },
);

test('the ids that were added last are found at the places that they were given', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.array(step, { maxLength: 200 }), (max, steps) => {
      const ids = new RecentIds(max);
      let added: { n: number; place: number }[] = [];
      for (const one of steps) {
        if (one === 'forget') {
          expect(ids.forgetOldest()).toBe(added.shift()?.place ?? -1);
        } else {
          added.push({ n: one.n, place: ids.add(idOf(one.n)) });
          added = added.slice(-max);
        }
        expect(ids.size).toBe(added.length);
        expect(new Set(added.map(({ place }) => place)).size).toBe(added.length);
        for (let n = 0; n <= 60; n++)
          expect(ids.find(idOf(n))).toBe(added.findLast((other) => other.n === n)?.place ?? -1);
      }
    }),
    propertyRuns(200),
  );
});

test('three thousand are remembered of fifteen thousand, while it grows and after', () => {
  const max = 3000;
  const ids = new RecentIds(max);
  const places: number[] = [];
  for (let n = 0; n < 5 * max; n++) {
    places.push(ids.add(idOf(n)));
    expect(places[n]).toBe(n % max);
    const oldest = Math.max(0, n - max + 1);
    for (const known of [oldest, n, Math.floor((oldest + n) / 2)]) expect(ids.find(idOf(known))).toBe(places[known]);
    expect(ids.find(idOf(oldest - 1 < 0 ? n + 1 : oldest - 1))).toBe(-1);
  }
});
