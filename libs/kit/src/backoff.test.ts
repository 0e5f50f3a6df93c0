import { expect, test } from 'vitest';
import { backoffMs } from './backoff.js';

test('each failure doubles the delay, up to the longest', () => {
  const delays = { delayMsMin: 50, delayMsMax: 300 };
  expect([1, 2, 3, 4, 5].map((failures) => backoffMs(failures, delays))).toEqual([50, 100, 200, 300, 300]);
});

test('no number of failures is too large', () => {
  expect(backoffMs(100_000, { delayMsMin: 1, delayMsMax: 2000 })).toBe(2000);
});
