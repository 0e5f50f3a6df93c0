import { describe, expect, it } from 'vitest';
import { EncodeError } from './errors.js';
import { raw } from './raw.js';

describe('raw bytes', () => {
  it('stay the bytes they are', () => {
    const bytes = Uint8Array.of(0, 255);
    expect(raw.encode(bytes)).toBe(bytes);
    expect(raw.decode(bytes)).toBe(bytes);
  });

  it('are copied only behind a prefix', () => {
    const bytes = Uint8Array.of(1, 2);
    const prefixed = raw.encode(bytes, { prefix: 'R ' });
    bytes[0] = 9;
    expect([...prefixed]).toEqual([0x52, 0x20, 1, 2]);
  });

  it('are all it carries', () => {
    for (const value of ['text', null, undefined, {}, [1], new ArrayBuffer(1), Float64Array.of(1)]) {
      expect(() => raw.encode(value)).toThrow(EncodeError);
    }
    expect(() => raw.encode(null)).toThrow('raw does not carry null in place of bytes (at $)');
  });

  it('have a limit', () => {
    expect(() => raw.decode(new Uint8Array(3), { bytesMax: 2 })).toThrow(
      expect.objectContaining({ code: 'decode_too_large', message: 'raw with 3 bytes, more than 2' }),
    );
  });
});
