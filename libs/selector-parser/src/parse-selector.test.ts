import { describe, expect, it } from 'vitest';
import { SelectorSyntaxError } from './errors.js';
import { parseSelector } from './parse-selector.js';

const canonical = (text: string): string => parseSelector(text).toString();

describe('parseSelector', () => {
  it('gives the requirements with key, operator and values', () => {
    const { requirements } = parseSelector('e, !d, c in (z,y,z), b notin (), a=1, f==2, g!=3, h>4, i<5');
    expect(requirements.map(({ key, operator, values }) => [key, operator, values])).toEqual([
      ['a', '=', ['1']],
      ['b', 'notin', ['']],
      ['c', 'in', ['y', 'z']],
      ['d', '!', []],
      ['e', 'exists', []],
      ['f', '==', ['2']],
      ['g', '!=', ['3']],
      ['h', 'gt', ['4']],
      ['i', 'lt', ['5']],
    ]);
  });

  it('sorts by key and keeps the order within a key, however many there are', () => {
    const values = Array.from({ length: 100 }, (_, at) => `x=${(at * 37) % 100}`);
    expect(canonical(`y,${values.join(',')},a`)).toBe(`a,${values.join(',')},y`);
  });

  it.each([
    ['', ''],
    [' \t\r\n', ''],
    ['! x', '!x'],
    ['in in (in)', 'in in (in)'],
    ['notin notin (notin,in)', 'notin notin (in,notin)'],
    ['!in,notin!=in', '!in,notin!=in'],
    ['x in(a)', 'x in (a)'],
    ['x=,y', 'x=,y'],
    ['x = a', 'x=a'],
    ['x in (,)', 'x in ()'],
    ['x in (a,,)', 'x in (,a)'],
    ['x notin ( a , , b )', 'x notin (,a,b)'],
    ['x>007', 'x>007'],
    ['x<9223372036854775807', 'x<9223372036854775807'],
    ['__proto1__x,constructor', undefined],
    ['constructor,toString=valueOf', 'constructor,toString=valueOf'],
  ])('reads %j as %j', (text, expected) => {
    if (expected === undefined) expect(() => parseSelector(text)).toThrow(SelectorSyntaxError);
    else expect(canonical(text)).toBe(expected);
  });

  it.each([
    ['a NUL ends a word', 'x\0=y', 'x=y'],
    ['a NUL ends a sign', 'x=\0y', 'x=y'],
    ['a NUL keeps two signs apart', '!\0x', '!x'],
    ['a NUL ends a word in a list', 'x in (a\0,b\0)\0', 'x in (a,b)'],
    ['a NUL where a token should start ends the text', 'x=\0\0y', 'x='],
    ['a NUL after white space ends the text', 'x \0 )(', 'x'],
    ['a NUL first makes it the empty selector', '\0!!', ''],
  ])('%s', (_, text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each([
    ['!x=y', 2, "',' or end of text", "'='"],
    ['x,', 2, "a label key or '!' after ','", 'end of text'],
    [',x', 0, "a label key, '!' or end of text", "','"],
    ['!', 1, "a label key after '!'", 'end of text'],
    ['!!x', 1, "a label key after '!'", "'!'"],
    ['x y', 2, "'=', '==', '!=', 'in', 'notin', '>' or '<' after a label key", "'y'"],
    ['x===y', 3, 'a label value', "'='"],
    ['x=>1', 2, 'a label value', "'>'"],
    ['x!==y', 3, 'a label value', "'='"],
    ['x>=1', 2, 'a 64-bit integer in base 10', "'='"],
    ['x>', 2, 'a 64-bit integer in base 10', 'end of text'],
    ['x>9223372036854775808', 2, 'a 64-bit integer in base 10', "'9223372036854775808'"],
    ['x>-1', 2, 'a label value with a letter or digit at either end of it', "'-'"],
    ['x in a', 5, "'(' and a list of values", "'a'"],
    ['x in (a', 7, "',' or ')' in a list of values", 'end of text'],
    ['x in (a b)', 8, "',' or ')' in a list of values", "'b'"],
    ['y=a,x=b/c', 7, "a label value with only letters, digits, '-', '_' and '.' in it", "'/'"],
    ['x\v=y', 1, 'a label key with a letter or digit at either end of it', "'\u240b'"],
    ['x\u00a0', 1, 'a label key with a letter or digit at either end of it', "'\u00a0'"],
    ['a/b/c', 3, "at most one '/' in a label key", "a second '/'"],
    ['/b', 0, "a prefix before '/'", 'nothing'],
    ['b/', 2, "a name after '/'", 'nothing'],
    [`x=${'v'.repeat(64)}`, 65, 'a label value of at most 63 characters', '64 characters'],
    [`x,${'k'.repeat(64)}`, 65, 'a label key of at most 63 characters', '64 characters'],
    [`${'p'.repeat(254)}/x`, 253, 'a prefix of at most 253 characters', '254 characters'],
  ])('refuses %j at %i', (text, position, expected, found) => {
    expect(() => parseSelector(text)).toThrow(
      expect.objectContaining({ name: 'SelectorSyntaxError', code: 'selector_syntax', position, expected, found }),
    );
  });

  it('shows the place in its message', () => {
    expect(() => parseSelector('x in (a b)')).toThrow(
      "selector: expected ',' or ')' in a list of values but found 'b' at position 8\n  x in (a b)\n          ^",
    );
  });

  it('refuses a text over the limit without reading it', () => {
    expect(parseSelector('ab', { lengthMax: 2 }).toString()).toBe('ab');
    expect(() => parseSelector('a=b', { lengthMax: 2 })).toThrow(
      expect.objectContaining({ position: 2, expected: 'at most 2 characters', found: '3 characters' }),
    );
    expect(() => parseSelector(' '.repeat(65_537))).toThrow(SelectorSyntaxError);
    expect(parseSelector(' '.repeat(65_536)).requirements).toEqual([]);
  });

  it.each(['(', '!', 'a,', 'x in (', ' ', '\0', 'é', '=', 'a'])('comes to an end on a million times %j', (piece) => {
    const text = piece.repeat(1_000_000);
    try {
      expect(parseSelector(text, { lengthMax: text.length }).requirements).toEqual([]);
    } catch (error) {
      expect(error).toBeInstanceOf(SelectorSyntaxError);
      expect((error as SelectorSyntaxError).message.length).toBeLessThan(400);
    }
  });
});
