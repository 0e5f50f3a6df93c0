import { expect, test } from 'vitest';
import { CachedPatternIndex } from './cached-pattern-index.js';

test('what matches a channel is right after each change', () => {
  const index = new CachedPatternIndex<string>();
  expect(index.match('a::b')).toEqual([]);
  index.add('a::*', 'one');
  expect(index.match('a::b')).toEqual(['one']);
  expect(index.match('a::b')).toBe(index.match('a::b'));
  index.add('a::b', 'two');
  expect([...index.match('a::b')].sort()).toEqual(['one', 'two']);
  expect(index.delete('a::*', 'one')).toBe(true);
  expect(index.delete('a::*', 'one')).toBe(false);
  expect(index.match('a::b')).toEqual(['two']);
});

test('more channels than are known by heart are right as well', () => {
  const index = new CachedPatternIndex<number>();
  index.add('*', 1);
  for (let i = 0; i < 10_010; i++) expect(index.match(`channel ${i}`)).toEqual([1]);
});
