import type { Encoding } from './encoding.js';
import { EncodeError } from './errors.js';
import { refuseTooLarge, type DecodeLimits, type EncodeOptions } from './limits.js';

/** Bytes as they are. Nothing is copied, unless a prefix has to go before them. */
export const raw: Encoding = { name: 'raw', code: 'R', encode, decode };

function encode(value: unknown, options?: EncodeOptions): Uint8Array {
  if (!(value instanceof Uint8Array)) {
    const found = `${value === null ? 'null' : typeof value} in place of bytes`;
    throw new EncodeError({ encoding: 'raw', code: 'encode_unsupported', found, path: '$' });
  }
  const prefix = options?.prefix ?? '';
  if (prefix === '') return value;
  const bytes = Buffer.allocUnsafe(prefix.length + value.length);
  bytes.write(prefix, 'latin1');
  bytes.set(value, prefix.length);
  return bytes;
}

function decode(bytes: Uint8Array, limits?: DecodeLimits): Uint8Array {
  refuseTooLarge(bytes, limits, 'raw');
  return bytes;
}
