import { describe, expect, test } from 'vitest';
import type { Clock, Timer } from './clock.js';
import { Deadline, Deadlines } from './deadlines.js';

/** Time that stands still until it is told to go on. */
class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly atMs: number; readonly fire: () => void }>();

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#now;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size;
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    expect(delayMs).toBeLessThan(2 ** 31);
    const timer = { atMs: this.#now + delayMs, fire };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  advance(ms: number): void {
    const endMs = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].sort((a, b) => a.atMs - b.atMs);
      if (!next || next.atMs > endMs) break;
      this.#now = next.atMs;
      this.#timers.delete(next);
      next.fire();
    }
    this.#now = endMs;
  }
}

function start() {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  const due: string[] = [];

  class Named extends Deadline {
    constructor(
      readonly name: string,
      readonly onDue = (): void => undefined,
    ) {
      super();
    }

    timeOut(): void {
      due.push(`${this.name} at ${clock.now()}`);
      this.onDue();
    }
  }

  const add = (name: string, timeoutMs: number, onDue?: () => void): Named => {
    const deadline = new Named(name, onDue);
    deadlines.add(deadline, timeoutMs);
    return deadline;
  };
  return { clock, deadlines, due, add };
}

describe('deadlines', () => {
  test('are due each at its time, those for the same time ahead in the order in which they were added', () => {
    const { clock, deadlines, due, add } = start();
    expect(add('a', 100).dueAt).toBe(100);
    clock.advance(30);
    add('b', 100);
    add('c', 50);
    add('d', 100);
    expect(deadlines.size).toBe(4);
    clock.advance(1000);
    expect(due).toEqual(['c at 80', 'a at 100', 'b at 130', 'd at 130']);
    expect([deadlines.size, clock.pending]).toEqual([0, 0]);
  });

  test('that are deleted are not due, and those behind them are', () => {
    const { clock, deadlines, due, add } = start();
    const first = add('first', 10);
    const middle = add('middle', 20);
    add('last', 20);
    for (const deadline of [first, middle, middle]) deadlines.delete(deadline);
    clock.advance(100);
    expect(due).toEqual(['last at 20']);
    deadlines.delete(first);
    expect(deadlines.size).toBe(0);
  });

  test('that are added again are due only then', () => {
    const { clock, deadlines, due, add } = start();
    const deadline = add('again', 10);
    clock.advance(5);
    deadlines.add(deadline, 30);
    clock.advance(100);
    expect(due).toEqual(['again at 35']);
  });

  test('of the same time ahead share one timer, also where most are deleted', () => {
    const { clock, deadlines, due, add } = start();
    const [first] = Array.from({ length: 1000 }, (_, i) => add(`${i}`, 100));
    for (let i = 0; i < 1000; i++) deadlines.delete(add('deleted', 100));
    expect(clock.pending).toBe(1);
    if (first) deadlines.delete(first);
    clock.advance(100);
    expect([due.length, due[0], clock.pending]).toEqual([999, '1 at 100', 0]);
  });

  test('of many different times ahead keep few timers that nothing is due with', () => {
    const { clock, deadlines, add } = start();
    for (let i = 1; i <= 1000; i++) deadlines.delete(add('deleted', i));
    expect(clock.pending).toBeLessThan(20);
    deadlines.close();
    expect(clock.pending).toBe(0);
  });

  test('of months are due in their time', () => {
    const { clock, due, add } = start();
    const months = 2 ** 31 * 3;
    add('months', months);
    clock.advance(months - 1);
    expect(due).toEqual([]);
    clock.advance(1);
    expect(due).toEqual([`months at ${months}`]);
  });

  test('may add and delete others, and delete themselves, when they are due', () => {
    const { clock, deadlines, due, add } = start();
    const own: Deadline = add('own', 10, () => {
      deadlines.delete(own);
      deadlines.delete(other);
      add('next', 10);
    });
    const other = add('other', 10);
    clock.advance(100);
    expect(due).toEqual(['own at 10', 'next at 20']);
  });

  test('that are closed are none, and there is no timer', () => {
    const { clock, deadlines, due, add } = start();
    add('a', 10);
    const deadline = add('b', 20);
    deadlines.close();
    expect([deadlines.size, clock.pending]).toEqual([0, 0]);
    deadlines.delete(deadline);
    clock.advance(100);
    expect(due).toEqual([]);
  });
});
