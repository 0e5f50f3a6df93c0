import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ordering } from './ordering.js';

function takeAll(ordering: Ordering<number>): number[] {
  const taken: number[] = [];
  for (let next = ordering.take(); next; next = ordering.take()) taken.push(next.item);
  return taken;
}

describe('numbered items', () => {
  test('come out once each and in order, as far as none is missing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 15 }), { maxLength: 60 }), (arrivals) => {
        const ordering = new Ordering<number>();
        const out: number[] = [];
        const come = new Set<number>();
        for (const seq of arrivals) {
          expect(ordering.accept(seq, seq)).toBe(come.has(seq) ? 'seen' : 'new');
          come.add(seq);
          out.push(...takeAll(ordering));
          let expected = 0;
          while (come.has(expected + 1)) expected++;
          expect(out).toEqual(Array.from({ length: expected }, (_, i) => i + 1));
          expect(ordering.next).toBe(expected + 1);
          expect(ordering.hasGap).toBe([...come].some((seq) => seq > expected));
        }
      }),
      propertyRuns(300),
    );
  });

  test('before the one that is skipped to are not awaited', () => {
    const ordering = new Ordering<number>();
    for (const seq of [2, 5, 7]) ordering.accept(seq, seq);
    ordering.skipTo(5);
    expect(takeAll(ordering)).toEqual([5]);
    ordering.skipTo(3);
    expect(ordering.next).toBe(6);
    expect(ordering.isSeen(2)).toBe(true);
    expect(ordering.hasGap).toBe(true);
  });

  test('that come too early are limited', () => {
    const ordering = new Ordering<number>();
    for (let seq = 2; seq <= 10_001; seq++) ordering.accept(seq, seq);
    expect(() => ordering.accept(10_002, 0)).toThrow('limited to 10000');
  });
});
