import { InvalidArgumentError, seededPrng } from '@syncytium/kit';
import { describe, expect, it } from 'vitest';
import { IdError } from './errors.js';
import { formatThid, isThid, parseThid, randomThid, readThidWords, thidOf, thidWords } from './thid.js';

const sample = '0123456789abcdef0123456789abcdef01234567';

describe('a THID', () => {
  it('of a message is the SHA-1 of its contents', () => {
    // The test vectors of FIPS 180.
    expect(thidOf(Buffer.from('abc'))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
    expect(thidOf(new Uint8Array())).toBe('da39a3ee5e6b4b0d3255bfef95601890afd80709');
    expect(thidOf(Buffer.from('xabc').subarray(1))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  });

  it('of a cell is random and comes again from the same seed', () => {
    const prng = seededPrng(1);
    const thids = Array.from({ length: 100 }, () => randomThid(prng));
    expect(thids.every(isThid)).toBe(true);
    expect(new Set(thids).size).toBe(100);
    expect(randomThid(seededPrng(1))).toBe(thids[0]);
  });

  it('goes to bytes and back', () => {
    const bytes = parseThid(sample);
    expect(Buffer.from(bytes).toString('hex')).toBe(sample);
    expect(formatThid(bytes)).toBe(sample);
    expect(formatThid(Buffer.concat([Buffer.alloc(3), bytes]), 3)).toBe(sample);
  });

  it('is the same in words as in bytes', () => {
    const prng = seededPrng(1);
    for (const id of [sample, '0'.repeat(40), 'f'.repeat(40), ...Array.from({ length: 100 }, () => randomThid(prng))]) {
      const words = new Uint32Array(thidWords + 2);
      readThidWords(id, words, 1);
      const bytes = Buffer.alloc(4 * words.length);
      for (const [i, word] of words.entries()) bytes.writeUInt32BE(word, 4 * i);
      expect(bytes.toString('hex')).toBe(`00000000${id}00000000`);
    }
  });

  it('is 40 hex digits in lower case and nothing else', () => {
    const wrong = [
      '',
      'abc',
      sample.toUpperCase(),
      `${sample}0`,
      `${sample}\n`,
      ` ${sample.slice(1)}`,
      `${sample.slice(1)}g`,
    ];
    for (const text of wrong) {
      expect(isThid(text), text).toBe(false);
      expect(() => parseThid(text), text).toThrow(IdError);
    }
    expect(() => parseThid('abc')).toThrow(
      expect.objectContaining({ code: 'bad_thid', details: { expected: '40 lower-case hex digits', found: 'abc' } }),
    );
  });

  it('needs 20 bytes', () => {
    expect(() => formatThid(new Uint8Array(19))).toThrow(InvalidArgumentError);
    expect(() => formatThid(new Uint8Array(20), 1)).toThrow(InvalidArgumentError);
  });
});
