import { expect, test } from 'vitest';
import { durationMs } from './duration.js';
import { InvalidArgumentError } from './errors.js';

test.each([
  [250, 250],
  [0, 0],
  ['0ms', 0],
  ['250ms', 250],
  ['1.5s', 1500],
  ['5m', 300_000],
  ['2h', 7_200_000],
])('%j is %d ms', (value, ms) => {
  expect(durationMs(value, 'timeout')).toBe(ms);
});

test.each(['', '5', 's', '-1s', '1e3s', '1 s', ' 1s', '1d', '9999999h', NaN, -1, Infinity])(
  '%j is refused',
  (value) => {
    expect(() => durationMs(value, 'timeout')).toThrow(InvalidArgumentError);
    expect(() => durationMs(value, 'timeout')).toThrow(/^timeout must be/);
  },
);
