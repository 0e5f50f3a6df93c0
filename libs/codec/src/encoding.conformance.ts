import { json as jsonValues, propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Encoding } from './encoding.js';
import { CodecError, EncodeError, type EncodeErrorCode } from './errors.js';
import { holdsProtoKey } from './testing/holds-proto-key.js';
import { withoutMinusZero } from './testing/without-minus-zero.js';

/** What every encoding of values promises; bytes are a matter of their own. */
export function valueEncodingConformance(encoding: Encoding): void {
  describe(`the encoding ${encoding.code}`, () => {
    it('gives back every JSON value', () => {
      fc.assert(
        fc.property(jsonValues(), (value) => {
          fc.pre(!holdsProtoKey(value));
          const bytes = encoding.encode(value);
          expect(encoding.decode(bytes)).toEqual(value);
          // Bytes that lie somewhere inside a larger buffer, as a socket delivers them.
          const inside = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')]);
          expect(encoding.decode(inside.subarray(6, 6 + bytes.length))).toEqual(value);
        }),
        propertyRuns(1000),
      );
    });

    it('puts the same bytes behind a prefix', () => {
      fc.assert(
        fc.property(jsonValues(), (value) => {
          fc.pre(!holdsProtoKey(value));
          const plain = Buffer.from(encoding.encode(value));
          const prefixed = Buffer.from(encoding.encode(value, { prefix: 'J EVNT ' }));
          expect(prefixed).toEqual(Buffer.concat([Buffer.from('J EVNT '), plain]));
        }),
        propertyRuns(200),
      );
    });

    it('keeps what it encoded earlier when it encodes more', () => {
      const first = encoding.encode({ text: 'first', list: [1, 2, 3] });
      const before = Buffer.from(first);
      for (let i = 0; i < 3000; i++) encoding.encode({ text: 'later'.repeat(i % 7), i });
      expect(Buffer.from(first)).toEqual(before);
    });

    it('gives back texts of any script and length', () => {
      for (const piece of ['a', 'é', '€', '😀', '\0', '"', '\u2028']) {
        for (const length of [0, 1, 15, 31, 32, 47, 48, 64, 255, 256, 70_000]) {
          const value = { [piece.repeat(length)]: piece.repeat(length) };
          expect(encoding.decode(encoding.encode(value))).toEqual(value);
        }
      }
    });

    it('gives back numbers up to the ends of the safe integers and of doubles', () => {
      const numbers = [
        0,
        127,
        128,
        255,
        256,
        65_535,
        65_536,
        2 ** 31,
        2 ** 32,
        2 ** 53 - 1,
        0.1,
        Number.MAX_VALUE,
        5e-324,
      ];
      for (const number of numbers) {
        expect(encoding.decode(encoding.encode([number, -number || 0]))).toEqual([number, -number || 0]);
      }
    });

    it('takes minus zero for zero', () => {
      expect(encoding.decode(encoding.encode([-0]))).toEqual([0]);
    });

    it('gives back many properties and many elements', () => {
      const object = Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`k${i}`, i]));
      expect(encoding.decode(encoding.encode(object))).toEqual(object);
      const array = Array.from({ length: 70_000 }, (_, i) => i);
      expect(encoding.decode(encoding.encode(array))).toEqual(array);
    });

    it('takes the keys that objects are born with for keys like others', () => {
      const value = {
        constructor: 1,
        toString: 'x',
        hasOwnProperty: null,
        valueOf: [],
        toJSON: 'y',
        then: 1,
        length: 0,
      };
      const decoded = encoding.decode(encoding.encode(value));
      expect(Object.entries(decoded as object)).toEqual(Object.entries(value));
    });

    it('takes objects without a prototype', () => {
      const value = Object.assign(Object.create(null) as object, { a: { b: 1 }, toJSON: 'x' });
      expect(encoding.decode(encoding.encode(value))).toEqual({ a: { b: 1 }, toJSON: 'x' });
    });

    const loop: Record<string, unknown> = { name: 'loop' };
    loop['self'] = { back: [loop] };
    const refused: [string, unknown, EncodeErrorCode, string, string][] = [
      ['NaN', { a: [1, NaN] }, 'encode_not_finite', 'NaN', '$.a[1]'],
      ['an infinity', -Infinity, 'encode_not_finite', '-Infinity', '$'],
      ['undefined', undefined, 'encode_unsupported', 'undefined', '$'],
      ['an undefined property', { a: { b: undefined } }, 'encode_unsupported', 'undefined', '$.a.b'],
      ['a hole', [1, , 3], 'encode_unsupported', 'undefined', '$[1]'], // eslint-disable-line no-sparse-arrays -- the point
      ['a BigInt', { 'x y': 1n }, 'encode_unsupported', 'a bigint', '$["x y"]'],
      ['a function', { f: () => 1 }, 'encode_unsupported', 'a function', '$.f'],
      ['a symbol', [Symbol('s')], 'encode_unsupported', 'a symbol', '$[0]'],
      ['a Date', { at: new Date(0) }, 'encode_unsupported', 'an instance of Date', '$.at'],
      ['a Map', new Map([['a', 1]]), 'encode_unsupported', 'an instance of Map', '$'],
      [
        'a class of ones own',
        [
          new (class Cell {
            id = 1;
          })(),
        ],
        'encode_unsupported',
        'an instance of Cell',
        '$[0]',
      ],
      ['a nameless class', Object.create({}), 'encode_unsupported', 'an instance of Object', '$'],
      ['an ArrayBuffer', new ArrayBuffer(1), 'encode_unsupported', 'an instance of ArrayBuffer', '$'],
      ['a DataView', new DataView(new ArrayBuffer(1)), 'encode_unsupported', 'an instance of DataView', '$'],
      ['a boxed number', [Object(1)], 'encode_unsupported', 'an instance of Number', '$[0]'],
      ['a lone surrogate', { a: 'x\ud800' }, 'encode_lone_surrogate', 'a lone surrogate', '$.a'],
      ['a lone surrogate in a key', { '\udc00': 1 }, 'encode_lone_surrogate', 'a lone surrogate in a key', '$'],
      ['the key __proto__', JSON.parse('{"a":{"__proto__":1}}'), 'encode_forbidden_key', 'the key __proto__', '$.a'],
      ['a loop', loop, 'encode_circular', 'a circular reference', '$.self.back[0]'],
      ['65 levels', nested(65), 'encode_too_deep', 'more than 64 levels of nesting', `$${'[0]'.repeat(64)}`],
    ];
    it.each(refused)('refuses to encode %s and tells where', (_, value, code, found, path) => {
      expect(() => encoding.encode(value)).toThrow(EncodeError);
      expect(() => encoding.encode(value)).toThrow(
        expect.objectContaining({ code, details: { encoding: encoding.name, found, path } }),
      );
    });

    it('takes one object in two places, which is no loop', () => {
      const shared = { a: 1 };
      expect(encoding.decode(encoding.encode([shared, { shared }]))).toEqual([shared, { shared }]);
    });

    it('takes as many levels as the limit allows, both ways', () => {
      for (const depthMax of [1, 3, 64, 1000]) {
        const value = nested(depthMax);
        const bytes = encoding.encode(value, { depthMax });
        expect(encoding.decode(bytes, { depthMax })).toEqual(value);
        expect(() => encoding.encode([value], { depthMax })).toThrow(
          expect.objectContaining({ code: 'encode_too_deep' }),
        );
        expect(() => encoding.decode(bytes, { depthMax: depthMax - 1 })).toThrow(
          expect.objectContaining({ code: 'decode_too_deep' }),
        );
      }
      expect(encoding.decode(encoding.encode(1, { depthMax: 0 }), { depthMax: 0 })).toBe(1);
    });

    it('never goes deeper than 1,000 levels, whatever the limit', () => {
      expect(() => encoding.encode(nested(1001), { depthMax: Infinity })).toThrow(EncodeError);
    });

    it('refuses more bytes than the limit allows, 16 MiB unless told', () => {
      const bytes = encoding.encode('x'.repeat(100));
      expect(encoding.decode(bytes, { bytesMax: bytes.length })).toHaveLength(100);
      expect(() => encoding.decode(bytes, { bytesMax: bytes.length - 1 })).toThrow(
        expect.objectContaining({ code: 'decode_too_large' }),
      );
      expect(() => encoding.decode(new Uint8Array(2 ** 24 + 1))).toThrow(
        expect.objectContaining({ code: 'decode_too_large' }),
      );
    });

    it('turns any bytes into a value that it can encode, or into a CodecError', () => {
      const edit = fc.record({
        at: fc.nat(),
        byte: fc.nat(255),
        kind: fc.constantFrom('change', 'insert', 'remove', 'cut'),
      });
      const mutated = fc
        .tuple(
          jsonValues().filter((value) => !holdsProtoKey(value)),
          fc.array(edit, { minLength: 1, maxLength: 4 }),
        )
        .map(([value, edits]) => edits.reduce(mutate, [...encoding.encode(value)]));
      fc.assert(
        fc.property(
          fc.oneof(
            fc.uint8Array({ maxLength: 40 }).map((bytes) => [...bytes]),
            mutated,
          ),
          (input) => {
            let value: unknown;
            try {
              value = encoding.decode(Uint8Array.from(input));
            } catch (error) {
              expect(error).toBeInstanceOf(CodecError);
              return;
            }
            expect(encoding.decode(encoding.encode(value))).toEqual(withoutMinusZero(value));
          },
        ),
        propertyRuns(5000),
      );
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });
  });
}

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

interface Edit {
  readonly at: number;
  readonly byte: number;
  readonly kind: string;
}

function mutate(bytes: number[], { at, byte, kind }: Edit): number[] {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  switch (kind) {
    case 'change':
      return bytes.length === 0 ? bytes : bytes.with(place, byte);
    case 'insert':
      return bytes.toSpliced(place, 0, byte);
    case 'remove':
      return bytes.toSpliced(place, 1);
    default:
      return bytes.slice(0, place);
  }
}
