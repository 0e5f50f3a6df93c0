import { describe, expect, test } from 'vitest';
import { groupsOf } from './packed-groups.js';
import { fullFrameBytes, packedItemsMax } from './wire.js';

describe('items that go out together', () => {
  const sizes = (...items: number[]) => groupsOf(items, (size) => size);
  const half = fullFrameBytes / 2;

  test('are in their order, until they fill a frame', () => {
    expect(sizes(1, 2, 3)).toEqual([[1, 2, 3]]);
    expect(sizes(half, half, 1)).toEqual([[half, half], [1]]);
    expect(sizes(half, half - 1, half, 2)).toEqual([[half, half - 1, half], [2]]);
  });

  test('have those that fill one alone in frames of their own', () => {
    const long = 8 * 1024 * 1024;
    expect(sizes(1, long, 2, long)).toEqual([[1], [long], [2], [long]]);
  });

  test('are as many as a frame may have', () => {
    expect(sizes(...Array<number>(packedItemsMax + 1).fill(0)).map(({ length }) => length)).toEqual([
      packedItemsMax,
      1,
    ]);
  });

  test('belong together', () => {
    const parity = (one: number, other: number) => one % 2 === other % 2;
    expect(groupsOf([1, 3, 2, 4, 5], () => 1, parity)).toEqual([[1, 3], [2, 4], [5]]);
  });
});
