import { expect, test } from 'vitest';
import { RecentMap } from './recent-map.js';

test('remembers at least half its maximum, and never more than all of it', () => {
  const map = new RecentMap<number>(10);
  for (let i = 0; i < 1000; i++) {
    map.set(String(i), i);
    expect(map.size).toBeLessThanOrEqual(10);
    for (let back = 0; back < 5 && back <= i; back++) expect(map.get(String(i - back))).toBe(i - back);
    expect(map.has(String(i - 10))).toBe(false);
  }
});

test('an entry that is set again counts as new', () => {
  const map = new RecentMap<string>(4);
  map.set('kept', 'old');
  for (const key of ['a', 'b', 'c', 'd', 'e']) {
    map.set('kept', `with ${key}`);
    map.set(key, key);
  }
  expect(map.get('kept')).toBe('with e');
});
