import { InvalidArgumentError, seededPrng, systemPrng } from '@syncytium/kit';
import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdError } from './errors.js';
import { formatOid, isOid, oidBytes, parseOid, randomOid, readOid, writeOid, writeOidWords } from './oid.js';

const sample = '00112233-4455-4677-8899-aabbccddeeff';

describe('randomOid', () => {
  it('is a UUID of version 4', () => {
    const prng = seededPrng(1);
    for (let i = 0; i < 1000; i++) {
      expect(formatOid(randomOid(prng))).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }
  });

  it('leaves every other bit to chance', () => {
    const ever0 = Buffer.alloc(oidBytes, 0xff);
    const ever1 = Buffer.alloc(oidBytes);
    const prng = seededPrng(1);
    for (let i = 0; i < 200; i++) {
      for (const [at, byte] of randomOid(prng).entries()) {
        ever0[at]! &= byte;
        ever1[at]! |= byte;
      }
    }
    expect(ever0.toString('hex')).toBe('00000000000040008000000000000000');
    expect(ever1.toString('hex')).toBe('ffffffffffff4fffbfffffffffffffff');
  });

  it('does not come twice', () => {
    const prng = systemPrng();
    expect(new Set(Array.from({ length: 10_000 }, () => formatOid(randomOid(prng)))).size).toBe(10_000);
  });

  it('comes again from the same seed', () => {
    expect(formatOid(randomOid(seededPrng(7)))).toBe(formatOid(randomOid(seededPrng(7))));
  });

  it('writes where it is told and nowhere else', () => {
    const target = new Uint8Array(48);
    expect(randomOid(seededPrng(1), target, 16)).toBe(target);
    expect(target.subarray(16, 32)).toEqual(randomOid(seededPrng(1)));
    expect([...target.subarray(0, 16), ...target.subarray(32)].every((byte) => byte === 0)).toBe(true);
  });
});

describe('OID as text', () => {
  it('is the bytes in hex, in groups', () => {
    const bytes = Buffer.from('00112233445546778899aabbccddeeff', 'hex');
    expect(formatOid(bytes)).toBe(sample);
    expect(Buffer.from(parseOid(sample))).toEqual(bytes);
  });

  it('goes to bytes and back at any offset', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.nat(20),
        fc.nat(20),
        (bytes, offset, textOffset) => {
          const oid = formatOid(bytes);
          const target = new Uint8Array(40).fill(1);
          expect(parseOid(oid, target, offset)).toBe(target);
          expect(target.subarray(offset, offset + 16)).toEqual(bytes);
          expect(target.filter((byte) => byte === 1).length).toBeGreaterThanOrEqual(24);
          expect(formatOid(target, offset)).toBe(oid);
          const text = Buffer.alloc(60, ' ');
          writeOid(bytes, 0, text, textOffset);
          expect(text.toString('latin1')).toBe(' '.repeat(textOffset) + oid + ' '.repeat(24 - textOffset));
          const read = new Uint8Array(40);
          expect(readOid(Buffer.from(text.toString('latin1').toUpperCase()), textOffset, read, offset)).toBe(true);
          expect(Buffer.from(read.subarray(offset, offset + 16))).toEqual(Buffer.from(bytes));
        },
      ),
      propertyRuns(500),
    );
  });

  it('may come in upper case and is given back in lower case', () => {
    expect(isOid(sample.toUpperCase())).toBe(true);
    expect(formatOid(parseOid(sample.toUpperCase()))).toBe(sample);
  });

  it('may be a UUID of any version', () => {
    for (const text of ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']) {
      expect(formatOid(parseOid(text))).toBe(text);
    }
  });

  it('is nothing else', () => {
    const wrong = [
      '',
      'x',
      sample.replaceAll('-', ''),
      `{${sample}}`,
      `${sample} `,
      ` ${sample}`.slice(0, 36),
      `${sample}0`,
    ];
    for (let at = 0; at < sample.length; at++) {
      for (const other of ['g', 'G', '-', '/', ':', '@', '`', ' ', '\0', 'é', '\u0130', '٣', '\uff10']) {
        if (sample[at] !== other) wrong.push(sample.slice(0, at) + other + sample.slice(at + 1));
      }
      if (sample[at] === '-') wrong.push(`${sample.slice(0, at)}0${sample.slice(at + 1)}`);
    }
    for (const text of wrong) {
      expect(isOid(text), JSON.stringify(text)).toBe(false);
      // In bytes, whatever stands behind an OID is somebody else's.
      if (text.length <= sample.length)
        expect(readOid(Buffer.from(text), 0, new Uint8Array(oidBytes), 0), JSON.stringify(text)).toBe(false);
      expect(() => parseOid(text), JSON.stringify(text)).toThrow(IdError);
    }
  });

  it('is the same from words as from bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: oidBytes, maxLength: oidBytes }),
        fc.nat(4),
        fc.nat(4),
        (bytes, offset, targetOffset) => {
          const words = new Int32Array(offset + 4);
          new Uint8Array(words.buffer).set(bytes, offset * 4);
          const target = Buffer.alloc(targetOffset + 37, '.');
          writeOidWords(words, offset, target, targetOffset);
          expect(target.toString()).toBe(`${'.'.repeat(targetOffset)}${formatOid(bytes)}.`);
        },
      ),
      propertyRuns(500),
    );
  });

  it('names what it got, but not all of a megabyte', () => {
    expect(() => parseOid('abc')).toThrow(
      expect.objectContaining({
        code: 'bad_oid',
        message: 'expected a UUID, got "abc"',
        details: { expected: 'a UUID', found: 'abc' },
      }),
    );
    expect(() => parseOid('a'.repeat(1_000_000))).toThrow(/^expected a UUID, got "a{64}…"$/);
  });
});

it('an offset without room for an OID is refused', () => {
  const small = new Uint8Array(20);
  for (const offset of [5, -1, NaN]) {
    expect(() => randomOid(seededPrng(1), small, offset)).toThrow(InvalidArgumentError);
    expect(() => parseOid(sample, small, offset)).toThrow(InvalidArgumentError);
    expect(() => formatOid(small, offset)).toThrow(InvalidArgumentError);
  }
  expect(() => writeOid(small, 0, small, 0)).toThrow(InvalidArgumentError);
  expect(() => writeOidWords(new Int32Array(3), 0, Buffer.alloc(36), 0)).toThrow(InvalidArgumentError);
  expect(() => writeOidWords(new Int32Array(4), 0, small, 0)).toThrow(InvalidArgumentError);
});
