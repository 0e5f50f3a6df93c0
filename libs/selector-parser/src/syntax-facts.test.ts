import { describe, expect, it } from 'vitest';
import { drawCaret, quote, quoteCharacter } from './syntax-facts.js';

describe('drawCaret', () => {
  it('points at the place', () => {
    expect(drawCaret('abc', 1)).toBe('  abc\n   ^');
    expect(drawCaret('abc', 3)).toBe('  abc\n     ^');
    expect(drawCaret('', 0)).toBe('  \n  ^');
  });

  it('stays under its place behind characters of two units', () => {
    expect(drawCaret('😀😀x', 4)).toBe('  😀😀x\n    ^');
  });

  it('shows what would break the line or hide', () => {
    expect(drawCaret('a\nb\0c\u2028\u202e\x7f\ud800d', 9)).toBe(
      `  a\u240ab\u2400c\ufffd\ufffd\u2421\ufffdd\n${' '.repeat(11)}^`,
    );
  });

  it('cuts a long text on both sides', () => {
    const [excerpt = '', caret = ''] = drawCaret(`${'a'.repeat(1000)}!${'b'.repeat(1000)}`, 1000).split('\n');
    expect(excerpt).toBe(`  …${'a'.repeat(30)}!${'b'.repeat(29)}…`);
    expect(excerpt[caret.indexOf('^')]).toBe('!');
  });
});

describe('quote', () => {
  it('cuts what is long', () => {
    expect(quote('x'.repeat(100))).toBe(`'${'x'.repeat(40)}…'`);
  });

  it('keeps a character of two units whole', () => {
    expect(quoteCharacter('a😀', 1)).toBe("'😀'");
    expect(quoteCharacter('a', 1)).toBe('end of text');
  });
});
