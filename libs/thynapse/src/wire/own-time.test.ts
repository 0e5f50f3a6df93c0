import { expect, test } from 'vitest';
import { OwnTime } from './own-time.js';

test('own time is that of the clock for whoever runs', () => {
  const time = new OwnTime();
  expect([1000, 1050, 1050, 1300].map((clockMs) => time.at(clockMs))).toEqual([1000, 1050, 1050, 1300]);
});

test('time in which its owner did not run is not counted but for the length of a few ticks', () => {
  const time = new OwnTime();
  time.at(1000);
  expect([61_000, 61_050].map((clockMs) => time.at(clockMs))).toEqual([1250, 1300]);
  expect(time.at(70_000)).toBe(1550);
});

test('own time goes on for whoever never runs without a pause', () => {
  const time = new OwnTime();
  const turns = Array.from({ length: 11 }, (_, i) => time.at(i * 500));
  expect(turns.at(-1)).toBe(2500);
});
