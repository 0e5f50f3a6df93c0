import { describe, expect, test } from 'vitest';
import { JsonSyntaxError } from '../errors.js';
import { describeJson, JsonFraction, JsonObject, type JsonValue } from './json-value.js';
import { parseJson } from './parse-json.js';

const parse = (text: string | Uint8Array): JsonValue =>
  parseJson(typeof text === 'string' ? Buffer.from(text) : text).root;

function offsetOf(text: string): number | undefined {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.offset;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('numbers', () => {
  test.each([
    ['0', 0],
    ['-0', 0],
    ['12', 12],
    ['-999999999999999', -999999999999999],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9223372036854775808', -9223372036854775808n],
    ['18446744073709551615', 18446744073709551615n],
    ['1.5', 1.5],
    ['-2.5e-3', -0.0025],
    ['1e-5', 0.00001],
  ])('%s is exactly %s', (text, value) => {
    expect(parse(text)).toBe(value);
  });

  test.each(['1.0', '5e3', '1E+2', '100000000000000000000000', '1e400', '-1e999'])('%s is no integer', (text) => {
    expect(parse(text)).toEqual(new JsonFraction(Number(text), text));
  });

  test('a number of a million digits is read in no time', () => {
    expect(parse('9'.repeat(1_000_000))).toMatchObject({ value: Infinity });
  });
});

describe('objects', () => {
  test('keep their keys in order and know no prototype', () => {
    const object = parse('{"b":1,"__proto__":{"admin":true},"a":[true,null],"constructor":2}') as JsonObject;
    expect([...object].map(([key]) => key)).toEqual(['b', '__proto__', 'a', 'constructor']);
    expect(object.get('__proto__')).toEqual(new JsonObject(['admin'], [true]));
    expect(object.get('toString')).toBeUndefined();
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  test('with a key that comes twice are refused, few keys or many', () => {
    expect(offsetOf('{"a":1,"b":2,"a":3}')).toBe(13);
    const many = Array.from({ length: 100 }, (_, i) => `"k${i}":${i}`).join(',');
    expect(parse(`{${many}}`)).toHaveProperty('size', 100);
    expect(() => parse(`{${many},"k57":0}`)).toThrow('key "k57" comes twice');
    expect(() => parse('{"a":1,"\\u0061":2}')).toThrow('key "a" comes twice');
  });

  test('with an empty key are marked', () => {
    expect(parseJson(Buffer.from('[{"":1}]')).hasEmptyKey).toBe(true);
    expect(parseJson(Buffer.from('[{"a":""}]')).hasEmptyKey).toBe(false);
  });
});

describe('strings', () => {
  test('may hold every escape', () => {
    expect(parse(String.raw`"\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00é"`)).toBe('"\\/\b\f\n\r\tAé😀é');
  });

  test.each([String.raw`"\ud83d"`, String.raw`"\ude00"`, String.raw`"\ud83d\u0041"`, String.raw`"\ud83dx"`])(
    '%s is half of a surrogate pair',
    (text) => {
      expect(() => parse(text)).toThrow('half of a surrogate pair at byte 1');
    },
  );

  test('with bytes that are not UTF-8 are refused', () => {
    expect(() => parse(Buffer.from([0x22, 0xff, 0x22]))).toThrow('not UTF-8');
    // An encoded surrogate and an overlong slash.
    expect(() => parse(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toThrow('not UTF-8');
    expect(() => parse(Buffer.from([0x22, 0xc0, 0xaf, 0x22]))).toThrow('not UTF-8');
  });
});

test('nesting is limited', () => {
  const nest = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  expect(Array.isArray(parse(nest(128)))).toBe(true);
  expect(() => parse(nest(129))).toThrow('nested deeper than 128');
  expect(() => parse('{"a":'.repeat(100_000))).toThrow('nested deeper than 128');
  expect(() => parseJson(Buffer.from('[[1]]'), 1)).toThrow('nested deeper than 1');
});

test.each([
  ['', 0],
  ['   ', 3],
  ['{', 1],
  ['{"a"', 4],
  ['{"a":}', 5],
  ['{"a":1', 6],
  ['{"a":1,}', 7],
  ['{a:1}', 1],
  ['[1,]', 3],
  ['[1 2]', 3],
  ['01', 0],
  ['-', 1],
  ['1.', 2],
  ['1e', 2],
  ['.5', 0],
  ['+1', 0],
  ['tru', 0],
  ['nul', 0],
  ['NaN', 0],
  ['"a', 2],
  ['"\n"', 1],
  [String.raw`"\x"`, 1],
  [String.raw`"\u12g4"`, 5],
  ['{} {}', 3],
  ["'a'", 0],
  ['\ufeff{}', 0],
])('%j is refused at byte %i', (text, offset) => {
  expect(offsetOf(text)).toBe(offset);
});

test('values are described in words', () => {
  expect(
    ['null', '[]', '{}', '"x"', 'true', '1', '1.0', '5e3', '1e400', '18446744073709551615', '9'.repeat(1000)].map(
      (text) => describeJson(parse(text)),
    ),
  ).toEqual([
    'null',
    'an array',
    'an object',
    'a string',
    'true',
    'the number 1',
    'the number 1.0',
    'the number 5e3',
    'the number 1e400',
    'the number 18446744073709551615',
    `the number ${'9'.repeat(40)}...`,
  ]);
});
