import { isUtf8 } from 'node:buffer';
import { JsonSyntaxError } from '../errors.js';
import { jsonDepthMax } from '../limits.js';
import { JsonReader, type OffsetShift } from './json-reader.js';
import type { JsonValue } from './json-value.js';

export interface ParsedJson {
  readonly root: JsonValue;
  /** Whether some object has a key without characters, which JSON allows and FQL does not. */
  readonly hasEmptyKey: boolean;
}

/**
 * Reads one JSON text. Throws {@link JsonSyntaxError} for anything that RFC 8259 does not allow, and for what it
 * leaves open: bytes that are not UTF-8, a key that comes twice, half of a surrogate pair, nesting beyond `depthMax`.
 *
 * @param shift Where the bytes are a part of a longer text.
 */
export function parseJson(bytes: Uint8Array, depthMax = jsonDepthMax, shift?: OffsetShift): ParsedJson {
  if (!isUtf8(bytes)) throw notUtf8();
  const reader = new JsonReader(bytes, depthMax, shift);
  return { root: reader.readText(), hasEmptyKey: reader.hasEmptyKey };
}

/** The error for a text that is not even text. */
export function notUtf8(): JsonSyntaxError {
  return new JsonSyntaxError('bytes that are not UTF-8');
}
