import { describe, expect, test } from 'vitest';
import { parsePattern } from './pattern.js';

const matches = (pattern: string, channel: string) => parsePattern(pattern).matches(channel);

describe('a pattern', () => {
  test('without wildcards is one channel', () => {
    expect(parsePattern('hello::world')).toMatchObject({ kind: 'exact', prefix: 'hello::world' });
    expect(matches('hello::world', 'hello::world')).toBe(true);
    expect(matches('hello::world', 'hello::world!')).toBe(false);
    expect(matches('hello::world', 'hello::')).toBe(false);
  });

  test('with * at the end is everything that begins so', () => {
    expect(parsePattern('hello::*')).toMatchObject({ kind: 'prefix', prefix: 'hello::' });
    expect(matches('hello::*', 'hello::')).toBe(true);
    expect(matches('hello::*', 'hello::a::b')).toBe(true);
    expect(matches('hello::*', 'hello:')).toBe(false);
    expect(matches('*', 'x')).toBe(true);
  });

  test('has * for any characters and ? for one', () => {
    expect(parsePattern('say::*::world')).toMatchObject({ kind: 'glob', prefix: 'say::' });
    expect(matches('say::*::world', 'say::hello::world')).toBe(true);
    expect(matches('say::*::world', 'say::a::b::world')).toBe(true);
    expect(matches('say::*::world', 'say::::world')).toBe(true);
    expect(matches('say::*::world', 'say::world')).toBe(false);
    expect(matches('a?c', 'abc')).toBe(true);
    expect(matches('a?c', 'ac')).toBe(false);
    expect(matches('a?c', 'a😀c')).toBe(true);
    expect(matches('a*b*c', 'a-b-b-c')).toBe(true);
    expect(matches('ab*ba', 'aba')).toBe(false);
    expect(matches('*b', 'a')).toBe(false);
  });

  test('treats runs of * as one', () => {
    expect(parsePattern('a***').text).toBe('a*');
    expect(matches('a**b', 'ab')).toBe(true);
  });

  test('sees channels of the system only when it spells their beginning out', () => {
    expect(matches('*', 'thynapse::dead::mail')).toBe(false);
    expect(matches('*::mail', 'thynapse::dead::mail')).toBe(false);
    expect(matches('thynaps?::*', 'thynapse::dead::mail')).toBe(false);
    expect(matches('thynapse::*', 'thynapse::dead::mail')).toBe(true);
    expect(matches('thynapse::dead::mail', 'thynapse::dead::mail')).toBe(true);
    expect(matches('thynapse*', 'thynapse-like')).toBe(true);
  });

  test('is refused when it is empty, too long or invisible', () => {
    for (const pattern of ['', 'x'.repeat(513), 'a\nb', 'a\0', '\ud800'])
      expect(() => parsePattern(pattern)).toThrow(expect.objectContaining({ code: 'bad_pattern' }));
  });

  test('with many * against a hostile channel takes no unreasonable time', () => {
    const pattern = parsePattern(`${'a*'.repeat(200)}b`);
    const channel = 'a'.repeat(512);
    // A matcher that tries everything would not come back before the test's time is over.
    expect(pattern.matches(channel)).toBe(false);
  });
});
