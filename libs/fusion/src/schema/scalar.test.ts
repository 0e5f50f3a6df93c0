import { describe, expect, test } from 'vitest';
import { JsonFraction, JsonObject } from '../json/json-value.js';
import { compareScalars, formatScalar, toScalar } from './scalar.js';

const object = new JsonObject([], []);

describe('a value that fits its type is kept exactly', () => {
  test.each([
    ['string', '', ''],
    ['string', '__proto__', '__proto__'],
    ['bool', false, false],
    ['int', 0, 0],
    ['int', -(2n ** 63n), -(2n ** 63n)],
    ['int', 2n ** 63n - 1n, 2n ** 63n - 1n],
    ['uint', 2n ** 64n - 1n, 2n ** 64n - 1n],
    ['decimal', 3, 3],
    ['decimal', 0.1, 0.1],
    ['decimal', 2n ** 60n, 2 ** 60],
    ['decimal', new JsonFraction(1), 1],
  ] as const)('%s %s', (type, json, scalar) => {
    expect(toScalar(type, json)).toBe(scalar);
  });
});

describe('a value that does not fit its type is refused', () => {
  test.each([
    ['string', 1],
    ['string', null],
    ['string', object],
    ['bool', 0],
    ['bool', 'true'],
    ['int', '1'],
    ['int', 1.5],
    ['int', new JsonFraction(1)],
    ['int', 2n ** 63n],
    ['int', -(2n ** 63n) - 1n],
    ['uint', -1],
    ['uint', 2n ** 64n],
    ['decimal', '1'],
    ['decimal', new JsonFraction(Infinity)],
    ['decimal', [1]],
  ] as const)('%s %s', (type, json) => {
    expect(toScalar(type, json)).toBeUndefined();
  });
});

test('a decimal is never -0', () => {
  expect(Object.is(toScalar('decimal', -0), 0)).toBe(true);
  expect(Object.is(toScalar('decimal', new JsonFraction(-0)), 0)).toBe(true);
});

test('strings are ordered by code points, as their UTF-8 bytes are', () => {
  const texts = ['', 'a', 'ab', 'b', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10000}a', '\u{10ffff}'];
  const shuffled = [...texts].reverse().sort(compareScalars);
  expect(shuffled).toEqual(texts);
  expect([...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))).toEqual(texts);
});

test('exact integers of both forms are ordered by size', () => {
  const numbers = [-(2n ** 63n), -5, 0, 9007199254740991, 9007199254740992n, 9007199254740993n];
  expect([...numbers].reverse().sort(compareScalars)).toEqual(numbers);
});

test('values are written as JSON', () => {
  expect(['a"b', 5, 2n ** 63n, 0.5, 1e21, true].map((value) => formatScalar(value))).toEqual([
    '"a\\"b"',
    '5',
    '9223372036854775808',
    '0.5',
    '1e+21',
    'true',
  ]);
});
