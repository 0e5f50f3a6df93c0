import { InvalidArgumentError } from '@syncytium/kit';
import { json as jsonValues, propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { pack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { valueEncodingConformance } from './encoding.conformance.js';
import { DecodeError } from './errors.js';
import { messagePack } from './messagepack.js';
import { holdsProtoKey } from './testing/holds-proto-key.js';

valueEncodingConformance(messagePack);

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const encoded = (value: unknown): string => Buffer.from(messagePack.encode(value)).toString('hex');

describe('MessagePack', () => {
  it('is what the format says, without additions', () => {
    expect(encoded({ a: [1, -1, true, null, 'é'] })).toBe('81a16195' + '01' + 'ff' + 'c3' + 'c0' + 'a2c3a9');
    expect(encoded(1.5)).toBe('cb3ff8000000000000');
    expect(encoded(Uint8Array.of(1, 2))).toBe('c4020102');
    expect(encoded({ b: Uint8Array.of(1, 2) })).toBe('81a162c4020102');
    expect(encoded([Buffer.of(1, 2)])).toBe('91c4020102');
  });

  it('leaves room for a prefix of up to 255 characters', () => {
    const bytes = Buffer.from(messagePack.encode([1], { prefix: 'x'.repeat(255) }));
    expect(bytes.toString('latin1')).toBe(`${'x'.repeat(255)}\x91\x01`);
    expect(() => messagePack.encode([1], { prefix: 'x'.repeat(256) })).toThrow(InvalidArgumentError);
  });

  it('writes the keys of every object out, also of many alike', () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({ name: `n${i}`, age: i }));
    expect(Buffer.from(messagePack.encode(rows)).toString('latin1').match(/name/g)).toHaveLength(100);
  });

  it('reads the shortest and the longest form of everything', () => {
    expect(messagePack.decode(hex('cc05'))).toBe(5);
    expect(messagePack.decode(hex('d3ffffffffffffffff'))).toBe(-1);
    expect(messagePack.decode(hex('cf001fffffffffffff'))).toBe(Number.MAX_SAFE_INTEGER);
    expect(messagePack.decode(hex('d3ffe0000000000001'))).toBe(Number.MIN_SAFE_INTEGER);
    expect(messagePack.decode(hex('ca3fc00000'))).toBe(1.5);
    expect(messagePack.decode(hex('d90161'))).toBe('a');
    expect(messagePack.decode(hex('db0000000161'))).toBe('a');
    expect(messagePack.decode(hex('dd0000000101'))).toEqual([1]);
    expect(messagePack.decode(hex('df00000001d9016101'))).toEqual({ a: 1 });
    expect(messagePack.decode(hex('7f'))).toBe(127);
    expect(messagePack.decode(hex('40'))).toBe(64);
  });

  const typed = [
    Int8Array.of(-1, 2),
    Uint8ClampedArray.of(1, 255),
    Int16Array.of(-1, 2),
    Uint16Array.of(1, 65_535),
    Int32Array.of(-1, 2),
    Uint32Array.of(1, 2 ** 32 - 1),
    Float32Array.of(0.5, NaN, -Infinity),
    Float64Array.of(0.1, NaN, -0, Infinity),
    BigInt64Array.of(-1n, 2n),
    BigUint64Array.of(1n, 2n ** 64n - 1n),
    new Float64Array(),
  ];
  it.each(typed.map((array) => [array.constructor.name, array] as const))('gives back a %s', (_, array) => {
    for (const value of [array, { deep: [array, 'x'] }])
      expect(messagePack.decode(messagePack.encode(value))).toEqual(value);
  });

  it('gives back a part of a larger array as that part', () => {
    const part = Float64Array.of(1, 2, 3, 4).subarray(1, 3);
    expect(messagePack.decode(messagePack.encode(part))).toEqual(Float64Array.of(2, 3));
  });

  it('gives back large arrays at eight bytes a number', () => {
    const array = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i));
    const bytes = messagePack.encode({ array });
    expect(bytes.length).toBeLessThan(800_020);
    expect(messagePack.decode(bytes)).toEqual({ array });
  });

  it('gives bytes as a view of the message', () => {
    const message = messagePack.encode({ b: Uint8Array.of(1, 2, 3) });
    const { b } = messagePack.decode(message) as { b: Uint8Array };
    expect(b).toBeInstanceOf(Uint8Array);
    expect(b.buffer).toBe(message.buffer);
    expect([...b]).toEqual([1, 2, 3]);
  });

  it('leaves no trace on the bytes it reads and on the value it writes', () => {
    const message = Uint8Array.from(messagePack.encode([1]));
    messagePack.decode(message);
    expect(Object.keys(message)).toEqual(['0', '1']);
    const inner = Uint8Array.of(1);
    const value = { inner };
    messagePack.encode(value);
    expect(value.inner).toBe(inner);
  });

  it.each([
    ['nothing', '', 'decode_malformed', 0],
    ['an array cut short', '92 01', 'decode_malformed', 0],
    ['a text cut short', 'a5 6161', 'decode_malformed', 0],
    ['a length cut short', 'c6 0000', 'decode_malformed', 0],
    ['a float cut short', 'cb 3ff8', 'decode_malformed', 0],
    ['a map without its last value', '82 a161 01 a162', 'decode_malformed', 6],
    ['bytes after the value', '01 02', 'decode_malformed', 1],
    ['the unused type', 'c1', 'decode_malformed', 0],
    ['four thousand million elements', 'dd ffffffff 01', 'decode_malformed', 0],
    ['four thousand million properties', 'df ffffffff a161 01', 'decode_malformed', 0],
    ['four thousand million bytes', 'c6 ffffffff 00', 'decode_malformed', 0],
    ['a text of four thousand million bytes', 'db ffffffff 00', 'decode_malformed', 0],
    ['a key that is a number', '81 01 01', 'decode_unsupported', 1],
    ['a key that is nil', '81 c0 01', 'decode_unsupported', 1],
    ['a key that is a list', '81 90 01', 'decode_unsupported', 1],
    ['a key that is bytes', '81 c40161 01', 'decode_unsupported', 1],
    ['the key __proto__', '81 a9 5f5f70726f746f5f5f 01', 'decode_forbidden_key', 1],
    ['the key __proto__ in the long form', '81 da0009 5f5f70726f746f5f5f 01', 'decode_forbidden_key', 1],
    ['a text that is not UTF-8', 'a2 c328', 'decode_bad_utf8', 0],
    ['a key that is not UTF-8', '81 a1ff 01', 'decode_bad_utf8', 1],
    ['a surrogate', 'a3 eda080', 'decode_bad_utf8', 0],
    ['a long text that is not UTF-8', `d940 ${'61'.repeat(63)}ff`, 'decode_bad_utf8', 0],
    ['a timestamp', 'd6ff 00000000', 'decode_unsupported', 0],
    ['a long timestamp', 'c70cff 000000000000000000000000', 'decode_unsupported', 0],
    ['undefined as msgpackr writes it', 'd40000', 'decode_unsupported', 0],
    ['a record', 'd47240 91a161 01', 'decode_unsupported', 0],
    ['a reference', 'd670 00000001', 'decode_unsupported', 0],
    ['a regular expression', 'd47800 92a161a0', 'decode_unsupported', 0],
    ['an Error', 'd46500 92a161a161', 'decode_unsupported', 0],
    ['a Set', 'd47300 90', 'decode_unsupported', 0],
    ['a bundle of texts', 'd662 00000001', 'decode_unsupported', 0],
    ['a BigInt', 'c70942 010000000000000000', 'decode_unsupported', 0],
    ['a DataView', 'c70274 1100', 'decode_unsupported', 0],
    ['an array of an unknown type', 'c70274 0b00', 'decode_unsupported', 0],
    ['an array without a type', 'c70074', 'decode_unsupported', 0],
    ['half a double', 'c70574 08 00000000', 'decode_malformed', 0],
    ['an array cut short, typed', 'c70974 08 00', 'decode_malformed', 0],
    ['NaN', 'cb 7ff8000000000000', 'decode_unsupported', 0],
    ['an infinity', '91 ca ff800000', 'decode_unsupported', 1],
    ['an integer beyond 2^53', 'cf 0020000000000000', 'decode_unsupported', 0],
    ['an integer beyond -2^53', 'd3 ffe0000000000000', 'decode_unsupported', 0],
    ['65 levels', '91'.repeat(65) + '01', 'decode_too_deep', 64],
    ['65 levels of objects', '81a161'.repeat(65) + '01', 'decode_too_deep', 192],
    ['a million levels', '91'.repeat(1_000_000), 'decode_too_deep', 64],
  ])('refuses %s', (_, text, code, at) => {
    const expected = expect.objectContaining({ code, details: expect.objectContaining({ at }) as object }) as Error;
    expect(() => messagePack.decode(hex(text))).toThrow(expected);
  });

  it('refuses every other extension', () => {
    for (let type = 0; type < 256; type++) {
      if (type === 0x74) continue;
      const extension = Buffer.from([0xc7, 1, type, 0]);
      expect(() => messagePack.decode(extension)).toThrow(DecodeError);
    }
  });

  it('reads what msgpackr writes by itself, as far as it is plain', () => {
    fc.assert(
      fc.property(jsonValues(), (value) => {
        fc.pre(!holdsProtoKey(value));
        expect(messagePack.decode(pack(value))).toEqual(value);
      }),
      propertyRuns(500),
    );
  });
});
