import { isUtf8 } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonSyntaxError } from '../errors.js';
import { JsonFraction, JsonObject, type JsonValue } from './json-value.js';
import { parseJson } from './parse-json.js';

test('every text is read as JSON.parse reads it, or refused as JSON.parse refuses it', () => {
  fc.assert(
    fc.property(mutatedTexts, (text) => {
      const expected = readByReference(text);
      const read = (): unknown => toPlain(parseJson(Buffer.from(text)).root);
      if (expected === undefined) expect(read).toThrow(JsonSyntaxError);
      else expect(read()).toEqual(expected.value);
    }),
    propertyRuns(2000),
  );
});

test('every prefix of a text is refused, or is what JSON.parse reads', () => {
  fc.assert(
    fc.property(jsonTexts, (text) => {
      const bytes = Buffer.from(text);
      for (let end = 0; end < bytes.length; end++) compareBytes(bytes.subarray(0, end));
    }),
    propertyRuns(200),
  );
});

test('a text with any byte changed, lost or added is refused, or is what JSON.parse reads', () => {
  fc.assert(
    fc.property(jsonTexts, fc.constantFrom(...hostileBytes), fc.nat(2), (text, byte, removed) => {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at++)
        compareBytes(Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at + removed)]));
      for (let at = 0; at < bytes.length; at++)
        compareBytes(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]));
    }),
    propertyRuns(200),
  );
});

test('whatever looks like a number is one exactly where it is for JSON.parse', () => {
  const digits = fc.stringMatching(/^[0-9]{0,24}$/);
  const signs = fc.constantFrom('', '-', '+', '--');
  const fractions = fc.oneof(
    fc.constant(''),
    digits.map((text) => `.${text}`),
  );
  const exponents = fc.oneof(fc.constant(''), fc.stringMatching(/^[eE][-+]?[0-9]{0,3}$/));
  const numbers = fc.tuple(signs, digits, fractions, exponents).map((parts) => parts.join(''));
  fc.assert(
    fc.property(numbers, (text) => compareBytes(Buffer.from(text))),
    propertyRuns(3000),
  );
});

test('any bytes are read or refused with a JsonSyntaxError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        parseJson(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(JsonSyntaxError);
      }
    }),
    propertyRuns(2000),
  );
});

const jsonTexts = fc
  .tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom('', ' ', '\n\t'), fc.boolean())
  .map(([value, space, escape]) => {
    const text = JSON.stringify(value, undefined, space);
    return escape
      ? text.replaceAll(/[^\x20-\x7e\n\t]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : text;
  });

const mutations = fc.array(
  fc.record({
    at: fc.nat(200),
    remove: fc.nat(2),
    insert: fc.constantFrom(
      '',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '0',
      '-',
      '.',
      'e5',
      'true',
      ' ',
      '\u0001',
      'é',
      '\\u00',
      '\\ud800',
    ),
  }),
  { maxLength: 3 },
);

const mutatedTexts = fc.tuple(jsonTexts, mutations).map(([text, changes]) =>
  changes.reduce((changed, { at, remove, insert }) => {
    const place = at % (changed.length + 1);
    return (changed.slice(0, place) + insert + changed.slice(place + remove)).replaceAll(/\p{Surrogate}/gu, '');
  }, text),
);

/** Bytes with a meaning in JSON, of other alphabets, and of none. */
const hostileBytes = [...Buffer.from('"\\{}[],:0-.e \n\t\u0000/tu'), 0x7f, 0x80, 0xc3, 0xed, 0xf0, 0xff];

function compareBytes(bytes: Uint8Array): void {
  const expected = isUtf8(bytes) ? readByReference(Buffer.from(bytes).toString()) : undefined;
  let found: { readonly value: unknown } | undefined;
  try {
    found = { value: toPlain(parseJson(bytes).root) };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
  }
  // `expect` alone would take most of the time.
  if (!isDeepStrictEqual(found, expected)) expect(found, Buffer.from(bytes).toString('latin1')).toEqual(expected);
}

/** What `JSON.parse` makes of a text; `undefined` for one that it, or the reader by its own rules, refuses. */
function readByReference(text: string): { readonly value: unknown } | undefined {
  let value: unknown;
  try {
    // -0 is an integer, and integers have one zero.
    value = JSON.parse(text, (_key, item: unknown) => (item === 0 ? 0 : item));
  } catch {
    return undefined;
  }
  if (hasLoneSurrogate(value) || hasRepeatedKey(text)) return undefined;
  return { value };
}

function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => hasLoneSurrogate(key) || hasLoneSurrogate(item));
}

/** Counts keys by their colons: `JSON.parse` keeps only the last of equal ones. */
function hasRepeatedKey(text: string): boolean {
  const colons = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1;
  let keys = 0;
  JSON.parse(text, (_key, value: unknown) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) keys += Object.keys(value).length;
    return value;
  });
  return keys < colons;
}

function toPlain(value: JsonValue): unknown {
  if (value instanceof JsonFraction) return value.value + 0;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof JsonObject) {
    const plain = {};
    for (const [key, item] of value)
      Object.defineProperty(plain, key, { value: toPlain(item), enumerable: true, configurable: true, writable: true });
    return plain;
  }
  return Array.isArray(value) ? value.map((item: JsonValue) => toPlain(item)) : value;
}
