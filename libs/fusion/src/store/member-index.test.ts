import { expect, test } from 'vitest';
import { MemberIndex } from './member-index.js';

test('an index finds the rows of a value, however many there are', () => {
  const index = new MemberIndex();
  index.add('a', 1);
  expect(index.rowsOf('a')).toEqual([1]);
  index.add('a', 2);
  index.add('a', 3);
  index.add('b', 2);
  expect(index.rowsOf('a')).toEqual([1, 2, 3]);
  expect([index.countOf('a'), index.countOf('b'), index.countOf('c')]).toEqual([3, 1, 0]);
  expect(index.rowsOf('c')).toEqual([]);
  expect(index.keyCount).toBe(2);
});

test('a value without rows is forgotten', () => {
  const index = new MemberIndex();
  index.add(1, 7);
  index.add(2, 7);
  index.add(2, 8);
  index.delete(1, 7);
  index.delete(2, 7);
  expect(index.rowsOf(2)).toEqual([8]);
  expect(index.keyCount).toBe(1);
  index.delete(2, 8);
  expect(index.keyCount).toBe(0);
});

test('adding or deleting a row twice changes nothing, nor does deleting one that is not there', () => {
  const index = new MemberIndex();
  index.add(5n, 1);
  index.add(5n, 1);
  expect(index.countOf(5n)).toBe(1);
  index.delete(5n, 2);
  index.delete(6n, 1);
  expect(index.rowsOf(5n)).toEqual([1]);
  index.delete(5n, 1);
  index.delete(5n, 1);
  expect(index.keyCount).toBe(0);
});
