import { expect, test } from 'vitest';
import { heapGrowthPercent } from './heap-growth.js';

const mebibyte = 1024 * 1024;

test.each([
  { used: 4 * mebibyte, percent: 1600 },
  { used: 10 * mebibyte, percent: 640 },
  { used: 63 * mebibyte, percent: 102 },
])('a heap of $used bytes may grow to 64 MiB more', ({ used, percent }) => {
  expect(heapGrowthPercent(used)).toBe(percent);
});

test('how far a large heap grows is left to V8', () => {
  expect(heapGrowthPercent(64 * mebibyte)).toBe(0);
});
