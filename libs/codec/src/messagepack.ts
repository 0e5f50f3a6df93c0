import { InvalidArgumentError } from '@syncytium/kit';
import { Packr, RESERVE_START_SPACE, Unpackr } from 'msgpackr';
import { describeForeign } from './describe-foreign.js';
import type { Encoding } from './encoding.js';
import { DecodeError, EncodeError } from './errors.js';
import { depthLimit, refuseTooLarge, type DecodeLimits, type EncodeOptions } from './limits.js';
import { checkMessagePack } from './messagepack-check.js';
import { dataKind, isPlainObject } from './plain-data.js';

/**
 * MessagePack, as far as its values are JSON's or bytes. Typed arrays other than bytes travel as the extension `t` that
 * msgpackr defines for them.
 */
export const messagePack: Encoding = { name: 'msgpack', code: 'M', encode, decode };

// Without records every map carries its keys, which any other MessagePack library understands.
const options = { useRecords: false, variableMapSize: true, moreTypes: true, useToJSON: false };
const packr = new Packr(options);
const unpackr = new Unpackr({ ...options, mapsAsObjects: true, int64AsType: 'number' });

/** What fits into the eight bits in which msgpackr is told how much space to leave. */
const prefixLengthMax = 255;

function encode(value: unknown, options?: EncodeOptions): Uint8Array {
  const depthMax = depthLimit(options?.depthMax);
  const kind = dataKind(value, depthMax);
  if (kind === 'foreign') throw new EncodeError({ encoding: 'msgpack', ...describeForeign(value, depthMax, true) });
  const prefix = options?.prefix ?? '';
  if (prefix.length > prefixLengthMax)
    throw new InvalidArgumentError('prefix', `has at most ${prefixLengthMax} characters`);
  let bytes: Buffer;
  try {
    bytes = packr.pack(kind === 'binary' ? withBuffers(value) : value, RESERVE_START_SPACE + prefix.length);
  } catch (cause) {
    throw new EncodeError({
      encoding: 'msgpack',
      code: 'encode_too_large',
      found: 'so large a value',
      path: '$',
      cause,
    });
  }
  for (let at = 0; at < prefix.length; at++) bytes[at] = prefix.charCodeAt(at);
  return bytes;
}

function decode(bytes: Uint8Array, limits?: DecodeLimits): unknown {
  refuseTooLarge(bytes, limits, 'msgpack');
  checkMessagePack(bytes, depthLimit(limits?.depthMax));
  try {
    // A view of its own, since msgpackr keeps notes on the object that it reads from.
    return unpackr.unpack(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)) as unknown;
  } catch (cause) {
    throw new DecodeError({ encoding: 'msgpack', code: 'decode_malformed', found: 'an unreadable value', cause });
  }
}

/** The same value with every Uint8Array as a Buffer: only of these msgpackr makes the format's own binary type. */
function withBuffers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length);
  if (Array.isArray(value)) return value.map(withBuffers);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withBuffers(inner)]));
}
