import { expect, test } from 'vitest';
import { OwnTime } from './own-time.js';

const heartbeatMs = 2000;

test('own time is that of the clock for whoever runs', () => {
  const time = new OwnTime();
  expect([1000, 1050, 1050, 1300].map((clockMs) => time.run(clockMs, heartbeatMs))).toEqual([1000, 1050, 1050, 1300]);
});

test('time in which its owner did not run is not counted but for the length of a few ticks', () => {
  const time = new OwnTime();
  time.run(1000, heartbeatMs);
  expect([61_000, 61_050].map((clockMs) => time.run(clockMs, heartbeatMs))).toEqual([1250, 1300]);
  expect(time.run(70_000, heartbeatMs)).toBe(1550);
});

test('own time goes on for whoever never runs without a pause', () => {
  const time = new OwnTime();
  const turns = Array.from({ length: 11 }, (_, i) => time.run(i * 500, heartbeatMs));
  expect(turns.at(-1)).toBe(2500);
});

test('a stop of any length counts no more than a heartbeat', () => {
  const time = new OwnTime();
  expect([0, 9000, 9050].map((clockMs) => time.run(clockMs, 100))).toEqual([0, 100, 150]);
});

test('to read own time is not to run', () => {
  const time = new OwnTime();
  time.run(1000, heartbeatMs);
  expect([1100, 1200, 9000].map((clockMs) => time.at(clockMs, heartbeatMs))).toEqual([1100, 1200, 1250]);
  expect(time.run(9000, heartbeatMs)).toBe(1250);
});
