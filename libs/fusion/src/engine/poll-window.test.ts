import { expect, test } from 'vitest';
import { PollWindow } from './poll-window.js';

test('the window is open for its time after the last query', () => {
  const window = new PollWindow(10_000);
  expect(window.isOpen(0)).toBe(false);
  window.extend(1000);
  expect([1000, 10_999, 11_000].map((now) => window.isOpen(now))).toEqual([true, true, false]);
  window.extend(10_500);
  expect([11_000, 20_499, 20_500].map((now) => window.isOpen(now))).toEqual([true, true, false]);
});

test('a window of no length is never open', () => {
  const window = new PollWindow(0);
  window.extend(5);
  expect(window.isOpen(5)).toBe(false);
});
