import { expect, test } from 'vitest';
import { SimulatedClock } from './simulated-clock.js';
import { Trace } from './trace.js';

test('keeps the last events and counts all of them', () => {
  const clock = new SimulatedClock();
  const trace = new Trace({ clock, max: 3 });
  for (let i = 0; i < 10; i++) trace.note(`event ${i}`);
  expect(trace.count).toBe(10);
  expect(trace.lines()).toEqual(['0.000 ms  event 7', '0.000 ms  event 8', '0.000 ms  event 9']);
  expect(trace.lines(1)).toEqual(['0.000 ms  event 9']);
  expect(trace.lines(0)).toEqual([]);
});

test('two traces have the same digest exactly when the same happened at the same times', () => {
  const traceOf = (...steps: [number, string, string?][]) => {
    const clock = new SimulatedClock();
    const trace = new Trace({ clock, max: 1 });
    for (const [ms, kind, from] of steps) {
      clock.advance(ms);
      trace.add({ kind, ...(from !== undefined && { from }) });
    }
    return trace.digest;
  };
  const one = traceOf([1, 'send', 'a'], [1, 'send', 'b']);
  expect(traceOf([1, 'send', 'a'], [1, 'send', 'b'])).toBe(one);
  expect(traceOf([1, 'send', 'b'], [1, 'send', 'a'])).not.toBe(one);
  expect(traceOf([1, 'send', 'a'], [2, 'send', 'b'])).not.toBe(one);
});
