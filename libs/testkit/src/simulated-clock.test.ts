import { InternalError, LimitError } from '@syncytium/kit';
import { describe, expect, test } from 'vitest';
import { SimulatedClock } from './simulated-clock.js';

describe('a simulated clock', () => {
  test('stands still until it is advanced', () => {
    const clock = new SimulatedClock({ wallStartMs: 1000 });
    expect([clock.now(), clock.wallNow()]).toEqual([0, 1000]);
    clock.advance(2.5);
    expect([clock.now(), clock.wallNow()]).toEqual([2.5, 1002.5]);
  });

  test('fires timers by due time, then by creation, each at its own time', () => {
    const clock = new SimulatedClock();
    const fired: string[] = [];
    const set = (name: string, delayMs: number) => clock.setTimer(delayMs, () => fired.push(`${name}@${clock.now()}`));
    set('late', 30);
    set('first of two', 10);
    set('second of two', 10);
    set('not yet', 31);
    clock.advance(30);
    expect(fired).toEqual(['first of two@10', 'second of two@10', 'late@30']);
    expect(clock.pending).toBe(1);
    expect(clock.nextDueMs).toBe(31);
  });

  test('fires what timers set up on the way, when it is due within the same advance', () => {
    const clock = new SimulatedClock();
    const fired: number[] = [];
    const tick = () => {
      fired.push(clock.now());
      clock.setTimer(10, tick);
    };
    clock.setTimer(0, tick);
    clock.advance(35);
    expect(fired).toEqual([0, 10, 20, 30]);
  });

  test('does not fire a cancelled timer, and cancelling again changes nothing', () => {
    const clock = new SimulatedClock();
    const timer = clock.setTimer(5, () => expect.unreachable());
    timer.cancel();
    timer.cancel();
    expect(clock.pending).toBe(0);
    expect(clock.nextDueMs).toBeUndefined();
    clock.advance(10);
  });

  test('runs until no timer is left, and says so when that never comes', () => {
    const clock = new SimulatedClock();
    let left = 3;
    const countDown = () => {
      if (--left > 0) clock.setTimer(100, countDown);
    };
    clock.setTimer(100, countDown);
    clock.runUntilIdle();
    expect([left, clock.now()]).toEqual([0, 300]);
    const forever = () => void clock.setTimer(1, forever);
    forever();
    expect(() => clock.runUntilIdle({ timersMax: 50 })).toThrow(LimitError);
  });

  test('lets promises finish between the instants', async () => {
    const clock = new SimulatedClock();
    const log: string[] = [];
    const sleep = (ms: number) => new Promise<void>((resolve) => clock.setTimer(ms, resolve));
    const work = async () => {
      await sleep(10);
      await Promise.resolve();
      log.push(`woke at ${clock.now()}`);
      await sleep(10);
      log.push(`woke at ${clock.now()}`);
    };
    const done = work();
    await clock.advanceAsync(25);
    await done;
    expect(log).toEqual(['woke at 10', 'woke at 20']);
    expect(clock.now()).toBe(25);
  });

  test('runs promise code until it is idle', async () => {
    const clock = new SimulatedClock();
    let naps = 0;
    const nap = async () => {
      for (; naps < 5; naps++) await new Promise<void>((resolve) => clock.setTimer(7, resolve));
    };
    void nap();
    await clock.runUntilIdleAsync();
    expect([naps, clock.now()]).toEqual([5, 35]);
  });

  test('says so when promise code never comes to an end', async () => {
    const clock = new SimulatedClock();
    let ticks = 0;
    const tick = () => {
      ticks++;
      clock.setTimer(ticks % 10 === 0 ? 1 : 0, tick);
    };
    tick();
    await expect(clock.runUntilIdleAsync({ timersMax: 50 })).rejects.toThrow(LimitError);
    expect(ticks).toBeLessThan(100);
  });

  test('says so when timers set each other without end while the time stands still', async () => {
    const clock = new SimulatedClock();
    const again = () => void clock.setTimer(0, again);
    again();
    expect(() => clock.advance(1)).toThrow('timers at one time is limited to');
    await expect(clock.advanceAsync(1)).rejects.toThrow('timers at one time');
  });

  test('lets an error in a timer out of the call that moved the time', () => {
    const clock = new SimulatedClock();
    clock.setTimer(1, () => {
      throw new Error('broken');
    });
    expect(() => clock.advance(2)).toThrow('broken');
    clock.advance(2);
    expect(clock.now()).toBe(3);
  });

  test('refuses to be moved by its own timers, and into the past', () => {
    const clock = new SimulatedClock();
    clock.setTimer(1, () => clock.advance(1));
    expect(() => clock.advance(2)).toThrow(InternalError);
    expect(() => clock.advance(-1)).toThrow('ms must be a time of 0 or more');
    expect(() => clock.setTimer(NaN, () => undefined)).toThrow('delayMs');
  });
});
