import { expect, test } from 'vitest';
import { systemClock } from './clock.js';

test('a timer fires once, and not when it was cancelled', async () => {
  const fired: string[] = [];
  const cancelled = systemClock.setTimer(0, () => fired.push('cancelled'));
  cancelled.cancel();
  cancelled.cancel();
  await new Promise<void>((resolve) => {
    systemClock.setTimer(0, () => {
      fired.push('due');
      resolve();
    });
  });
  expect(fired).toEqual(['due']);
});

test('a delay longer than a timer takes does not fire at once', async () => {
  let fired = false;
  const timer = systemClock.setTimer(2 ** 40, () => (fired = true));
  await new Promise<void>((resolve) => void systemClock.setTimer(2, resolve));
  timer.cancel();
  expect(fired).toBe(false);
});

test('the monotonic and the wall clock go forward', () => {
  const before = [systemClock.now(), systemClock.wallNow()] as const;
  expect(systemClock.now()).toBeGreaterThanOrEqual(before[0]);
  expect(systemClock.wallNow()).toBeGreaterThanOrEqual(before[1]);
});
