import { expect, test } from 'vitest';
import { LinkedList } from './linked-list.js';

test('an item is taken away by its place, once, and only from the list that it is in', () => {
  const [list, other] = [new LinkedList<string>(), new LinkedList<string>()];
  const [a, b] = ['a', 'b', 'c'].map((item) => list.add(item));
  expect(other.delete(b)).toBe(false);
  expect([list.delete(b), list.delete(b), list.delete(undefined)]).toEqual([true, false, false]);
  expect([...list, list.size, list.first()]).toEqual(['a', 'c', 2, 'a']);
  expect(b).toMatchObject({ item: 'b', list: undefined });
  expect([b?.next, b?.prev]).toEqual([b, b]);
  list.delete(a);
  expect([...list, other.size]).toEqual(['c', 0]);
});
