import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelSyntaxError } from './errors.js';
import { validateLabelKey, validateLabelValue } from './label-syntax.js';
import { formatLabels, parseLabels } from './labels.js';
import { propertyRuns } from './testing/property-runs.js';

describe('parseLabels', () => {
  it.each([
    ['', {}],
    ['a=1', { a: '1' }],
    ['a=1,b=2', { a: '1', b: '2' }],
    [' a = 1 ,\tb=\n', { a: '1', b: '' }],
    ['a=1\u0085', { a: '1' }],
    ['a=1,a=2', { a: '2' }],
    ['example.com/a=b', { 'example.com/a': 'b' }],
    ['constructor=x,toString=y', { constructor: 'x', toString: 'y' }],
  ])('reads %j', (text, labels) => {
    expect(Object.entries(parseLabels(text))).toEqual(Object.entries(labels));
  });

  it('gives an object that has no prototype and cannot be changed', () => {
    const labels = parseLabels('a=1');
    expect(Object.getPrototypeOf(labels)).toBeNull();
    expect(Object.isFrozen(labels)).toBe(true);
    expect('toString' in labels).toBe(false);
  });

  it.each([
    ['a', 'a', 1, "'=' after a label's key", 'end of text'],
    ['a,b=1', 'a', 1, "'=' after a label's key", "','"],
    ['a=1,', undefined, 4, "'=' after a label's key", 'end of text'],
    [' ', undefined, 1, "'=' after a label's key", 'end of text'],
    ['a==1', 'a', 2, "one '=' in a label", "'='"],
    ['b=2,a=1=2', 'a', 7, "one '=' in a label", "'='"],
    ['=1', '', 0, 'a label key', 'nothing'],
    ['a=1, __proto__=2', '__proto__', 5, 'a label key with a letter or digit at either end of it', "'_'"],
    ['a=1, b = x y', 'b', 10, "a label value with only letters, digits, '-', '_' and '.' in it", "' '"],
    ['a=1\ufeff', 'a', 3, 'a label value with a letter or digit at either end of it', "'\ufffd'"],
  ])('refuses %j, naming the label %j', (text, key, position, expected, found) => {
    expect(() => parseLabels(text)).toThrow(
      expect.objectContaining({ name: 'LabelSyntaxError', code: 'label_syntax', key, position, expected, found }),
    );
  });

  it('refuses a text over the limit', () => {
    expect(() => parseLabels('a=1', { lengthMax: 2 })).toThrow(LabelSyntaxError);
    expect(() => parseLabels('a'.repeat(65_537))).toThrow(expect.objectContaining({ found: '65537 characters' }));
  });

  it('gives labels or throws a LabelSyntaxError, whatever the text', () => {
    const piece = fc.oneof(fc.constantFrom('a', 'b', '=', ',', ' ', '__proto__', '/'), fc.string());
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        try {
          expect(parseLabels(formatLabels(parseLabels(text)))).toEqual(parseLabels(text));
        } catch (error) {
          expect(error).toBeInstanceOf(LabelSyntaxError);
          expect((error as LabelSyntaxError).position).toBeLessThanOrEqual(text.length);
        }
      }),
      propertyRuns(1000),
    );
  });
});

describe('formatLabels', () => {
  it('sorts, from an object or a map', () => {
    expect(formatLabels({ b: '2', a: '1', 'a-b': '' })).toBe('a-b=,a=1,b=2');
    expect(
      formatLabels(
        new Map([
          ['b', '2'],
          ['a', '1'],
        ]),
      ),
    ).toBe('a=1,b=2');
    expect(formatLabels({})).toBe('');
  });

  it('refuses what could not be read again, naming the label', () => {
    expect(() => formatLabels({ a: 'b,c=d' })).toThrow(expect.objectContaining({ key: 'a', position: 1 }));
    expect(() => formatLabels({ 'a=b': 'c' })).toThrow(expect.objectContaining({ key: 'a=b', position: 1 }));
  });
});

describe('validateLabelKey and validateLabelValue', () => {
  it('name the label and show the place', () => {
    expect(() => validateLabelKey('A.b/c')).toThrow(/^label key: expected a prefix of lower-case/);
    expect(() => validateLabelValue('b c', 'a')).toThrow(/^value of label a: .*\n {2}b c\n {3}\^$/);
    expect(() => validateLabelValue('b c')).toThrow(expect.objectContaining({ key: undefined, position: 1 }));
  });
});
