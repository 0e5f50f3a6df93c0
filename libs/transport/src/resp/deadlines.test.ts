import { SimulatedClock } from '@syncytium/testkit';
import { expect, test } from 'vitest';
import { Deadlines, type Deadline } from './deadlines.js';

function setUp() {
  const clock = new SimulatedClock();
  const deadlines = new Deadlines(clock);
  const passed: [expiresAt: number, at: number][] = [];
  const deadline = (expiresAt: number, onTimeOut = (): void => undefined): Deadline => ({
    expiresAt,
    heapIndex: -1,
    timeOut() {
      passed.push([expiresAt, clock.now()]);
      onTimeOut();
    },
  });
  return { clock, deadlines, passed, deadline };
}

test('each deadline is told at its time, whatever order they came in', () => {
  const { clock, deadlines, passed, deadline } = setUp();
  for (const at of [30, 10, 20, 10]) deadlines.add(deadline(at));
  expect(clock.pending).toBe(1);
  clock.advance(15);
  expect(passed).toEqual([
    [10, 10],
    [10, 10],
  ]);
  clock.advance(100);
  expect(passed.slice(2)).toEqual([
    [20, 20],
    [30, 30],
  ]);
  expect(clock.pending).toBe(0);
});

test('a deadline that is deleted is not told, and the one behind it is', () => {
  const { clock, deadlines, passed, deadline } = setUp();
  const first = deadline(10);
  deadlines.add(first);
  deadlines.add(deadline(20));
  deadlines.delete(first);
  clock.advance(100);
  expect(passed).toEqual([[20, 20]]);
});

test('a deadline of months is told in its time', () => {
  const { clock, deadlines, passed, deadline } = setUp();
  const months = 2 ** 31 * 3;
  deadlines.add(deadline(months));
  clock.advance(months - 1);
  expect(passed).toEqual([]);
  clock.advance(1);
  expect(passed).toEqual([[months, months]]);
});

test('a deadline may delete another one and set the next', () => {
  const { clock, deadlines, passed, deadline } = setUp();
  const other = deadline(10);
  deadlines.add(
    deadline(10, () => {
      deadlines.delete(other);
      deadlines.add(deadline(15));
    }),
  );
  deadlines.add(other);
  clock.advance(100);
  expect(passed).toEqual([
    [10, 10],
    [15, 15],
  ]);
});

test('closed, it holds neither deadlines nor a timer', () => {
  const { clock, deadlines, passed, deadline } = setUp();
  deadlines.add(deadline(10));
  deadlines.close();
  expect(deadlines.size).toBe(0);
  expect(clock.pending).toBe(0);
  clock.advance(100);
  expect(passed).toEqual([]);
});
