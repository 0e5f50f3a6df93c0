import type { Encoding } from './encoding.js';
import { json } from './json.js';
import { messagePack } from './messagepack.js';
import { raw } from './raw.js';

/** All encodings there are. */
export const encodings: readonly Encoding[] = [json, messagePack, raw];

/** The encoding that a character names on the wire, or `undefined`. */
export function encodingByCode(code: string): Encoding | undefined {
  return encodings.find((encoding) => encoding.code === code);
}

/** The encoding of a name (`json`, `msgpack`, `raw`), or `undefined`. */
export function encodingByName(name: string): Encoding | undefined {
  return encodings.find((encoding) => encoding.name === name);
}
