import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findDifferences } from './find-differences.js';

const exact = { tolerance: 0, max: 100 };
const paths = (expected: unknown, actual: unknown, tolerance = 0): string[] =>
  findDifferences(expected, actual, { ...exact, tolerance }).map(({ path }) => path);

describe('differences of two values', () => {
  test('are named by their paths', () => {
    const expected = { a: { b: [1, 2, 3] }, 'two words': 1, gone: null, same: [{}] };
    const actual = { a: { b: [1, 5] }, 'two words': '1', new: 0, same: [{}] };
    expect(findDifferences(expected, actual, exact)).toEqual([
      { path: '$.a.b[1]', expected: 2, actual: 5 },
      { path: '$.a.b[2]', expected: 3, actual: undefined },
      { path: '$["two words"]', expected: 1, actual: '1' },
      { path: '$.gone', expected: null, actual: undefined },
      { path: '$.new', expected: undefined, actual: 0 },
    ]);
  });

  test('are not where numbers are close, absolutely or by their size', () => {
    expect(paths(1e-12, 0, 1e-9)).toEqual([]);
    expect(paths(1e12, 1e12 + 100, 1e-9)).toEqual([]);
    expect(paths(1e12, 1e12 + 10_000, 1e-9)).toEqual(['$']);
    expect(paths([1, '1'], [1 + 1e-10, '1.0000000001'], 1e-9)).toEqual(['$[1]']);
    expect(paths(NaN, NaN)).toEqual([]);
    expect(paths(0, -0)).toEqual([]);
    expect(paths(1, NaN, 1e-9)).toEqual(['$']);
  });

  test('are not between a list and a numeric array of the same numbers, but between a list and an object', () => {
    expect(paths([0.5, 2], Float64Array.of(0.5, 2))).toEqual([]);
    expect(paths(Float64Array.of(1, 2), Float64Array.of(1, 3))).toEqual(['$[1]']);
    expect(paths([], {})).toEqual(['$']);
  });

  test('are looked for up to a number', () => {
    expect(findDifferences([1, 2, 3], [4, 5, 6], { tolerance: 0, max: 2 })).toHaveLength(2);
  });

  test('are none in a value and its copy, and some in a value and another one', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        expect(paths(left, JSON.parse(JSON.stringify(left)))).toEqual([]);
        const isSame = JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
        expect(paths(left, right).length === 0).toBe(isSame);
      }),
    );
  });
});

/** With the keys of all objects in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, each]) => [key, sorted(each)] as const);
  return { members: members.sort(([a], [b]) => (a < b ? -1 : 1)) };
}
