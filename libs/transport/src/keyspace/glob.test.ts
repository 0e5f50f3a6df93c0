import { describe, expect, test } from 'vitest';
import { Glob } from './glob.js';

const matches = (pattern: string, text: string): boolean => new Glob(pattern).matches(text);

describe('a glob', () => {
  test.each([
    ['abc', 'abc', true],
    ['abc', 'abcd', false],
    ['*', 'anything', true],
    ['a*c', 'ac', true],
    ['a*c', 'abbbc', true],
    ['a*c', 'abbbd', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['a**b', 'ab', true],
    ['h?llo', 'hello', true],
    ['h?llo', 'hllo', false],
    ['h[ae]llo', 'hallo', true],
    ['h[ae]llo', 'hillo', false],
    ['h[^e]llo', 'hallo', true],
    ['h[^e]llo', 'hello', false],
    ['h[a-c]llo', 'hbllo', true],
    ['h[c-a]llo', 'hbllo', true],
    ['h[a-c]llo', 'hdllo', false],
    ['[a-]', '_', true],
    ['[\\]]', ']', true],
    ['[\\a-c]', 'b', false],
    ['[abc', 'b', true],
    ['[', 'a', false],
    ['[^', 'a', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a\\', 'a\\', true],
    ['', '', true],
    ['*', '', false],
    ['', 'a', false],
  ])('%j on %j: %j', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  test('takes bytes for what they are', () => {
    expect(matches('[\xe0-\xff]*', '\xfc\x00')).toBe(true);
    expect(matches('?', '\xc3\xbc')).toBe(false);
  });

  test('does not explode on many runs', () => {
    expect(matches(`${'*a'.repeat(200)}b`, 'a'.repeat(50_000))).toBe(false);
  });
});
