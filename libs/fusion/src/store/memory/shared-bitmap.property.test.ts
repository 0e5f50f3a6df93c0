import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChangeCounters } from './change-counters.js';
import { SharedBitmap } from './shared-bitmap.js';
import { SharedBuffers } from './shared-buffers.js';

const bits = 200;

test('a bitmap holds what a set of numbers holds', () => {
  const bit = fc.nat(bits - 1);
  const change = fc.record({ bit, isSet: fc.boolean() });
  fc.assert(
    fc.property(fc.array(change), bit, bit, (changes, from, end) => {
      const bitmap = new SharedBitmap(new SharedBuffers(new ChangeCounters()), 'bits', bits);
      const reference = new Set<number>();
      for (const { bit: at, isSet } of changes) {
        if (isSet) {
          bitmap.set(at);
          reference.add(at);
        } else {
          bitmap.clear(at);
          reference.delete(at);
        }
      }
      const all = Array.from({ length: bits }, (_, i) => i);
      expect(all.filter((i) => bitmap.has(i))).toEqual(all.filter((i) => reference.has(i)));
      const between = all.slice(from, end);
      const kept = Int32Array.from(between);
      const keptCount = bitmap.keep(kept, kept.length);
      expect([...kept.subarray(0, keptCount)]).toEqual(between.filter((i) => reference.has(i)));
      expect(bitmap.nextSet(from, end)).toBe(between.find((i) => reference.has(i)) ?? end);
      expect(bitmap.countBefore(end)).toBe(all.slice(0, end).filter((i) => reference.has(i)).length);
      expect(bitmap.nextClear(from, end)).toBe(between.find((i) => !reference.has(i)) ?? end);
    }),
    propertyRuns(200),
  );
});
