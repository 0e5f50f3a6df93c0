import { expect, test } from 'vitest';
import { LinkColumn } from './link-column.js';

test('links are followed in both directions', () => {
  const column = new LinkColumn();
  column.set(0, 5);
  column.set(1, [5, 6, 5]);
  expect([0, 1, 2].map((row) => column.targetsOf(row))).toEqual([[5], [5, 6, 5], []]);
  expect([...column.referrersOf(5)]).toEqual([0, 1]);
  expect([...column.referrersOf(6)]).toEqual([1]);
  expect([...column.referrersOf(7)]).toEqual([]);
});

test('a link that is replaced leaves nothing behind', () => {
  const column = new LinkColumn();
  column.set(0, 5);
  column.set(0, 6);
  expect([...column.referrersOf(5)]).toEqual([]);
  // What is gone now is not what row 0 links to.
  column.unlink(5);
  expect(column.get(0)).toBe(6);
  column.set(0, undefined);
  expect([...column.referrersOf(6)]).toEqual([]);
});

test('unlinking makes a single link absent and shortens a list', () => {
  const column = new LinkColumn();
  column.set(0, 5);
  column.set(1, [5, 6, 5]);
  column.set(2, [5]);
  column.unlink(5);
  expect([0, 1, 2].map((row) => column.get(row))).toEqual([undefined, [6], []]);
  expect([...column.referrersOf(5)]).toEqual([]);
  expect([...column.referrersOf(6)]).toEqual([1]);
});
