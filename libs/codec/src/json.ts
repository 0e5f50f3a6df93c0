import { describeForeign, type Foreign } from './describe-foreign.js';
import type { Encoding } from './encoding.js';
import { DecodeError, EncodeError, type DecodeErrorCode, type DecodeFacts, type EncodeErrorCode } from './errors.js';
import { findTooDeep } from './json-depth.js';
import { writeJson } from './json-writer.js';
import { depthLimit, refuseTooLarge, type DecodeLimits, type EncodeOptions } from './limits.js';
import { dataKind } from './plain-data.js';
import { decodeUtf8 } from './utf8.js';

/** JSON in UTF-8 without a byte order mark. */
export const json: Encoding = { name: 'json', code: 'J', encode, decode };

function encode(value: unknown, options?: EncodeOptions): Uint8Array {
  return Buffer.from(jsonText(value, options));
}

/**
 * What {@link json} encodes a value to, still as a text: for whoever puts many of them into the same bytes.
 *
 * @throws EncodeError where JSON does not carry the value
 */
export function jsonText(value: unknown, options?: EncodeOptions): string {
  const depthMax = depthLimit(options?.depthMax);
  if (dataKind(value, depthMax) !== 'json') {
    throw new EncodeError({ encoding: 'json', ...describeForeign(value, depthMax, false) });
  }
  try {
    return (options?.prefix ?? '') + writeJson(value);
  } catch (cause) {
    throw new EncodeError({ encoding: 'json', code: 'encode_too_large', found: 'so long a text', path: '$', cause });
  }
}

function decode(bytes: Uint8Array, limits?: DecodeLimits): unknown {
  const depthMax = depthLimit(limits?.depthMax);
  refuseTooLarge(bytes, limits, 'json');
  if (bytes.length > unscannedBytesMax) refuseTooDeep(bytes, depthMax);
  return valueOf(decodeUtf8(bytes, 'json'), depthMax);
}

/**
 * What {@link json} decodes a text to that has left its bytes already: for whoever has many of them in the same bytes.
 *
 * @throws DecodeError as for the text's bytes
 */
export function jsonValue(text: string, limits?: DecodeLimits): unknown {
  if (text.length > unscannedBytesMax) return decode(Buffer.from(text), limits);
  return valueOf(text, depthLimit(limits?.depthMax));
}

function valueOf(text: string, depthMax: number): unknown {
  const value = parse(text);
  // JSON can say more than this encoding carries: 1e999, \ud800, __proto__.
  if (dataKind(value, depthMax) !== 'json') throw new DecodeError(decodeFacts(describeForeign(value, depthMax, false)));
  return value;
}

/**
 * A parser builds all levels of a text before anyone can count them, and takes far longer over many levels than over
 * many elements. Up to this size that is no harm, and the levels are counted afterwards.
 */
const unscannedBytesMax = 64 * 1024;

function refuseTooDeep(bytes: Uint8Array, depthMax: number): void {
  const at = findTooDeep(bytes, depthMax);
  if (at === -1) return;
  const found = `more than ${depthMax} levels of nesting`;
  throw new DecodeError({ encoding: 'json', code: 'decode_too_deep', found, at });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new DecodeError({ encoding: 'json', code: 'decode_malformed', found: `a syntax error: ${problem}`, cause });
  }
}

function decodeFacts({ code, found, path }: Foreign): DecodeFacts {
  const codes: Partial<Record<EncodeErrorCode, DecodeErrorCode>> = {
    encode_forbidden_key: 'decode_forbidden_key',
    encode_lone_surrogate: 'decode_lone_surrogate',
    encode_too_deep: 'decode_too_deep',
  };
  return { encoding: 'json', code: codes[code] ?? 'decode_unsupported', found: `${found} at ${path}` };
}
