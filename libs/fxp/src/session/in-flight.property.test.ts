import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InFlight } from './in-flight.js';

test('entries are trimmed when they and all before them are answered', () => {
  const step = fc.oneof(fc.record({ popped: fc.nat(9) }), fc.record({ answered: fc.nat(9) }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const inFlight = new InFlight();
      let list: number[] = [];
      for (const step of steps) {
        if ('popped' in step) {
          inFlight.popped(step.popped);
          list.push(step.popped);
        } else {
          const kept = list.findIndex((seq) => seq > step.answered);
          const count = kept === -1 ? list.length : kept;
          expect(inFlight.answered(step.answered)).toBe(count);
          list = list.slice(count);
        }
        expect(inFlight.size).toBe(list.length);
      }
    }),
    propertyRuns(300),
  );
});

test('thousands of entries cost no more than one', () => {
  const inFlight = new InFlight();
  for (let seq = 1; seq <= 5000; seq++) inFlight.popped(seq);
  expect(inFlight.answered(3000)).toBe(3000);
  inFlight.popped(5001);
  expect(inFlight.answered(4999)).toBe(1999);
  expect(inFlight.size).toBe(2);
  inFlight.clear();
  expect(inFlight.answered(Infinity)).toBe(0);
});
