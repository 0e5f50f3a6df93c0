import { SimulatedClock } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { Deadlines } from './deadlines.js';

function start() {
  const clock = new SimulatedClock();
  const due: string[] = [];
  const deadlines = new Deadlines(clock);
  const set = (name: string, timeoutMs: number) => deadlines.set(timeoutMs, () => due.push(name));
  return { clock, due, deadlines, set };
}

describe('deadlines', () => {
  test('are due in their order, each at its time', () => {
    const { clock, due, set } = start();
    set('a', 100);
    clock.advance(30);
    set('b', 100);
    set('c', 50);
    clock.advance(50);
    expect(due).toEqual(['c']);
    clock.advance(20);
    expect(due).toEqual(['c', 'a']);
    clock.advance(29);
    expect(due).toEqual(['c', 'a']);
    clock.advance(1);
    expect(due).toEqual(['c', 'a', 'b']);
    expect(clock.pending).toBe(0);
  });

  test('of the same time ahead share one timer, also where most are cancelled', () => {
    const { clock, due, deadlines, set } = start();
    const [first] = Array.from({ length: 1000 }, (_, i) => set(`${i}`, 100));
    for (let i = 0; i < 1000; i++) deadlines.cancel(set('cancelled', 100));
    expect(clock.pending).toBe(1);
    if (first) deadlines.cancel(first);
    clock.advance(100);
    expect([due.length, due[0], clock.pending]).toEqual([999, '1', 0]);
  });

  test('of many different times keep no timer that nobody waits for', () => {
    const { clock, deadlines, set } = start();
    for (let i = 1; i <= 1000; i++) deadlines.cancel(set('cancelled', i));
    expect(clock.pending).toBeLessThan(20);
    deadlines.close();
    expect(clock.pending).toBe(0);
  });

  test('may set others, and cancel themselves, when they are due', () => {
    const { clock, due, deadlines, set } = start();
    const own = deadlines.set(10, () => {
      deadlines.cancel(own);
      set('next', 10);
    });
    clock.advance(10);
    expect(due).toEqual([]);
    clock.advance(10);
    expect(due).toEqual(['next']);
  });
});
