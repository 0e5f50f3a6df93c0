import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertyRuns } from './property-runs.js';
import { TimerHeap, type HeapTimer } from './timer-heap.js';

test('timers leave the heap as a stable sort by due time would order them', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (dueTimes) => {
      const heap = new TimerHeap();
      const timers = dueTimes.map((dueMs, order): HeapTimer => ({ dueMs, order, fire: undefined }));
      for (const timer of timers) heap.push(timer);
      const popped = timers.map(() => heap.pop());
      expect(popped).toEqual([...timers].sort((a, b) => a.dueMs - b.dueMs));
      expect([heap.size, heap.peek(), heap.pop()]).toEqual([0, undefined, undefined]);
    }),
    propertyRuns(300),
  );
});
