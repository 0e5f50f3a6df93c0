import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Clock } from './clock.js';
import { AbortedError } from './errors.js';
import { pause } from './pause.js';

/** A clock whose timers fire when told. */
function handClock() {
  const timers = new Map<() => void, number>();
  const clock: Clock = {
    now: () => 0,
    wallNow: () => 0,
    setTimer(delayMs, fire) {
      timers.set(fire, delayMs);
      return { cancel: () => void timers.delete(fire) };
    },
  };
  return {
    clock,
    delaysMs: () => [...timers.values()],
    fire: (): void => {
      for (const fire of timers.keys()) fire();
    },
  };
}

describe('a pause', () => {
  test('lasts until its timer fires, and leaves nothing on the signal', async () => {
    const { clock, delaysMs, fire } = handClock();
    const { signal } = new AbortController();
    let isOver = false;
    const paused = pause(clock, 250, signal).then(() => (isOver = true));
    expect(delaysMs()).toEqual([250]);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await Promise.resolve();
    expect(isOver).toBe(false);
    fire();
    await paused;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('needs no signal', async () => {
    const { clock, fire } = handClock();
    const paused = pause(clock, 1);
    fire();
    await expect(paused).resolves.toBeUndefined();
  });

  test('of no time sets no timer', async () => {
    const { clock, delaysMs } = handClock();
    await pause(clock, 0);
    await pause(clock, -5);
    expect(delaysMs()).toEqual([]);
  });

  test('ends with the reason when the signal fires, and leaves no timer', async () => {
    const { clock, delaysMs } = handClock();
    const controller = new AbortController();
    const paused = pause(clock, 250, controller.signal);
    const reason = new Error('enough');
    controller.abort(reason);
    const error: unknown = await paused.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ cause: reason, message: 'the pause was aborted' });
    expect(delaysMs()).toEqual([]);
  });

  test.each([250, 0])('of %i ms does not begin when the signal has fired', async (ms) => {
    const { clock, delaysMs } = handClock();
    await expect(pause(clock, ms, AbortSignal.abort())).rejects.toThrow(AbortedError);
    expect(delaysMs()).toEqual([]);
  });
});
