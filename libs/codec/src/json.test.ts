import { describe, expect, it } from 'vitest';
import { valueEncodingConformance } from './encoding.conformance.js';
import { json } from './json.js';

valueEncodingConformance(json);

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('JSON', () => {
  it('is compact UTF-8', () => {
    expect(Buffer.from(json.encode({ a: ['é', null] })).toString()).toBe('{"a":["é",null]}');
  });

  it('does not carry typed arrays', () => {
    expect(() => json.encode({ a: new Float64Array(2) })).toThrow(
      expect.objectContaining({
        code: 'encode_unsupported',
        details: { encoding: 'json', found: 'an instance of Float64Array', path: '$.a' },
      }),
    );
  });

  it.each([
    ['nothing', '', 'decode_malformed'],
    ['half an object', '{"a":', 'decode_malformed'],
    ['something after the value', '{} {}', 'decode_malformed'],
    ['a comma too many', '[1,]', 'decode_malformed'],
    ['NaN', 'NaN', 'decode_malformed'],
    ['a byte order mark', '\ufeff{}', 'decode_malformed'],
    ['the key __proto__', '{"a":[{"__proto__":{"polluted":1}}]}', 'decode_forbidden_key'],
    ['the key __proto__ in escapes', '{"\\u005f\\u005fproto\\u005F_":1}', 'decode_forbidden_key'],
    ['the key __proto__ behind a number too great', '{"a":1,"__proto__":1e999}', 'decode_forbidden_key'],
    ['half a surrogate pair', '{"a":"\\ud83d"}', 'decode_lone_surrogate'],
    ['half a surrogate pair in a key', '{"\\uDC00x":1}', 'decode_lone_surrogate'],
    ['a number beyond doubles', '[1e999]', 'decode_unsupported'],
    ['a number beyond doubles, written out', `-${'9'.repeat(400)}`, 'decode_unsupported'],
    ['65 levels', '['.repeat(65) + ']'.repeat(65), 'decode_too_deep'],
    ['65 levels of objects', '{"a":'.repeat(65) + '1' + '}'.repeat(65), 'decode_too_deep'],
    ['a million levels', '['.repeat(1_000_000) + ']'.repeat(1_000_000), 'decode_too_deep'],
    ['ten million open brackets', '['.repeat(10_000_000), 'decode_too_deep'],
  ])('refuses %s', (_, text, code) => {
    expect(() => json.decode(bytes(text))).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    ['a stray continuation', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['beyond Unicode', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ['half a character', [0x22, 0xe2, 0x82, 0x22]],
    ['UTF-16', [0xff, 0xfe, 0x31, 0x00]],
  ])('refuses bytes that are not UTF-8: %s', (_, input) => {
    expect(() => json.decode(Uint8Array.from(input))).toThrow(expect.objectContaining({ code: 'decode_bad_utf8' }));
  });

  it('reads pairs of surrogates in escapes, and __proto__ where it is no key', () => {
    expect(json.decode(bytes('["\\ud83d\\ude00","__proto__"]'))).toEqual(['😀', '__proto__']);
  });

  it('takes brackets in texts for text, however many', () => {
    const text = '[{"\\'.repeat(30_000);
    expect(json.decode(json.encode({ text }))).toEqual({ text });
  });

  it('counts the levels of a large text from its brackets, and finds the byte', () => {
    const text = `{"a":"${'x'.repeat(70_000)}","b":[[[1]]]}`;
    expect(() => json.decode(bytes(text), { depthMax: 3 })).toThrow(
      expect.objectContaining({
        code: 'decode_too_deep',
        details: expect.objectContaining({ at: text.indexOf('[[1') + 1 }) as object,
      }),
    );
    expect(json.decode(bytes(text), { depthMax: 4 })).toMatchObject({ b: [[[1]]] });
  });

  it('says what is wrong in words', () => {
    expect(() => json.decode(bytes('{"a":{"__proto__":1}}'))).toThrow('json with the key __proto__ at $.a');
    expect(() => json.decode(bytes('[1 2]'))).toThrow(/^json with a syntax error: /);
  });
});
