import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExpiryQueue } from './expiry-queue.js';
import { ChangeCounters } from './memory/change-counters.js';
import { SharedBuffers } from './memory/shared-buffers.js';

const rowsMax = 50;
const ttlMs = 2 ** 33 + 0.25;

const step = fc.record({
  kind: fc.constantFrom('add', 'add', 'drop', 'rebuild'),
  row: fc.nat(rowsMax - 1),
  passedMs: fc.constantFrom(0, 0.5, 1, 2 ** 40),
});

test('a queue tells what has expired, the first first, and when the next does', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const buffers = new SharedBuffers(new ChangeCounters());
      let queue = new ExpiryQueue(buffers, 'test', rowsMax, ttlMs);
      const times = new Map<number, number>();
      let now = 1e9;
      for (const { kind, row, passedMs } of steps) {
        now += passedMs;
        if (kind === 'rebuild') {
          // Another thread takes over the same memory.
          queue = new ExpiryQueue(new SharedBuffers(new ChangeCounters(), buffers.taken), 'test', rowsMax, ttlMs);
          queue.rebuild([...times.keys()].sort((a, b) => a - b));
        } else if (kind === 'add' && !times.has(row)) {
          queue.add(row, now);
          times.set(row, now + ttlMs);
        } else if (times.delete(row)) queue.drop(row);
        const all = queue.due(Infinity, Infinity);
        expect([...all].sort((a, b) => a - b)).toEqual([...times.keys()].sort((a, b) => a - b));
        expect(all.map((one) => queue.timeOf(one))).toEqual([...times.values()].sort((a, b) => a - b));
        expect(queue.earliest).toBe(Math.min(...times.values()));
        expect(queue.due(now + ttlMs - 1, 3)).toEqual(
          all.filter((one) => (times.get(one) as number) <= now + ttlMs - 1).slice(0, 3),
        );
      }
    }),
    propertyRuns(200),
  );
});

test('a queue of as many rows as there may be has room for no other', () => {
  const queue = new ExpiryQueue(new SharedBuffers(new ChangeCounters()), 'expiries of A', rowsMax, ttlMs);
  queue.reserve(rowsMax);
  expect(() => queue.reserve(rowsMax + 1)).toThrow('expiries of A');
});
