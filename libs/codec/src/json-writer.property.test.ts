import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeJson } from './json-writer.js';

/** Lengths on both sides of where texts become long, and of where they are looked at in parts, at every place in a word. */
const lengths = fc.oneof(
  fc.integer({ min: 505, max: 530 }),
  fc.integer({ min: 4090, max: 4105 }),
  fc.integer({ min: 8185, max: 8200 }),
);

/** Whether or not they are escaped: the first and last of their kind, and characters of two, three and four bytes. */
const strange = [
  '\0',
  '\x1f',
  ' ',
  '!',
  '"',
  '#',
  '[',
  '\\',
  ']',
  '\x7f',
  '\x80',
  '\xa2',
  'ÿ',
  '߿',
  'ࠀ',
  '\u2028',
  '😀',
];

const texts = fc
  .tuple(
    lengths,
    fc.constantFrom('x', ' ', '~'),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(...strange)), { maxLength: 2 }),
  )
  .map(([length, filling, inserted]) => {
    let text = filling.repeat(length);
    for (const [at, one] of inserted) text = text.slice(0, at % (length + 1)) + one + text.slice(at % (length + 1));
    return text;
  });

describe('JSON of plain data', () => {
  it('is what JSON.stringify makes of it, long texts among it or not', () => {
    const keys = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('1', '0', 'a"'), texts);
    const { data } = fc.letrec((tie) => ({
      data: fc.oneof(
        texts,
        fc.string(),
        fc.constantFrom(null, true, false, 0, -0, 17, 1e21, 5e-324),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.array(tie('data'), { maxLength: 3 }),
        fc.dictionary(keys, tie('data'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(data, (value) => {
        expect(writeJson(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('looks at every byte of a long text', () => {
    for (const one of strange) {
      for (let at = 0; at <= 600; at++) {
        const text = 'x'.repeat(at) + one + 'x'.repeat(600 - at);
        expect(writeJson(text)).toBe(JSON.stringify(text));
      }
    }
  });

  it('takes no quote for plain that characters of several bytes have moved', () => {
    for (let at = 590; at <= 600; at++) {
      const text = `${'x'.repeat(at)}😀"`;
      expect(writeJson(text)).toBe(JSON.stringify(text));
    }
    const parts = `é${'x'.repeat(4094)}"`;
    expect(writeJson(parts)).toBe(JSON.stringify(parts));
  });
});
