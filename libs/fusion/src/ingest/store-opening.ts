import type { JsonReader } from '../json/json-reader.js';
import type { JsonValue } from '../json/json-value.js';
import { arrayOpen, colon, comma, objectOpen } from './json-bytes.js';

/** What stands before the objects of a STORE. */
export interface StoreOpening {
  /** `undefined` when it is not said before the objects. */
  readonly className: JsonValue | undefined;
  /** Where the array of objects begins, just behind its bracket. */
  readonly end: number;
}

/**
 * Reads a text up to its objects; `undefined` where it is another query than a STORE, or goes on in another way. Throws
 * `JsonSyntaxError` where the text is wrong, or ends before.
 */
export function readStoreOpening(reader: JsonReader): StoreOpening | undefined {
  const keys = new Set<string>();
  let className: JsonValue | undefined;
  if (!enterObject(reader) || readKey(reader) !== 'STORE' || !enterObject(reader)) return undefined;
  do {
    const key = readKey(reader);
    // That a key comes twice is told by who reads the whole text.
    if (key === undefined || keys.has(key)) return undefined;
    keys.add(key);
    if (key === '_objects') return reader.accept(arrayOpen) ? { className, end: reader.at } : undefined;
    const value = reader.readValue(2);
    if (key === '_class') className = value;
    reader.skipSpace();
  } while (reader.accept(comma));
  return undefined;
}

function enterObject(reader: JsonReader): boolean {
  reader.skipSpace();
  return reader.accept(objectOpen);
}

/** A key with its colon; `undefined` where there is none. */
function readKey(reader: JsonReader): string | undefined {
  reader.skipSpace();
  if (!reader.isAtText) return undefined;
  const key = reader.readString();
  reader.skipSpace();
  if (!reader.accept(colon)) return undefined;
  reader.skipSpace();
  return key;
}
