import type { Prng } from '@syncytium/kit';
import { refuseOutside } from './byte-range.js';
import { IdError } from './errors.js';
import { hexByte, readHexByte, writeHexByte, writeHexBytes } from './hex.js';

/** The length of an OID in bytes. */
export const oidBytes = 16;

/** The length of an OID as text. */
export const oidTextLength = 36;

/**
 * A new OID: a random UUID of version 4, written into bytes at an offset (into bytes of its own unless told), which are
 * the result.
 */
export function randomOid(prng: Prng, target: Uint8Array = new Uint8Array(oidBytes), offset = 0): Uint8Array {
  refuseOutside(target, offset, oidBytes);
  for (let at = offset; at < offset + oidBytes; at += 4) {
    const word = prng.uint32();
    target[at] = word;
    target[at + 1] = word >>> 8;
    target[at + 2] = word >>> 16;
    target[at + 3] = word >>> 24;
  }
  target[offset + 6] = ((target[offset + 6] ?? 0) & 0x0f) | 0x40;
  target[offset + 8] = ((target[offset + 8] ?? 0) & 0x3f) | 0x80;
  return target;
}

/** Whether a text is an OID: a UUID in its usual form, of any version, in upper or lower case. */
export function isOid(text: string): boolean {
  return readOidText(text, scratch, 0);
}

/**
 * The bytes of an OID's text, written into bytes at an offset (into bytes of its own unless told), which are the result.
 * Upper case is accepted and leaves no trace.
 *
 * @throws IdError `bad_oid`; the target's bytes at the offset are then undefined
 */
export function parseOid(text: string, target: Uint8Array = new Uint8Array(oidBytes), offset = 0): Uint8Array {
  refuseOutside(target, offset, oidBytes);
  if (!readOidText(text, target, offset)) throw new IdError('bad_oid', text);
  return target;
}

/**
 * As {@link parseOid}, of a text that stands in bytes at an offset: for queries that never become a string. `false` when
 * it is no OID; the target's bytes at the offset are then undefined.
 */
export function readOid(text: Uint8Array, textOffset: number, target: Uint8Array, offset: number): boolean {
  refuseOutside(target, offset, oidBytes);
  let all = text.length - textOffset - oidTextLength;
  for (let i = 0, at = textOffset; i < oidBytes; i++, at += 2) {
    if (startsGroup(i) && text[at++] !== hyphen) return false;
    const byte = hexByte(text[at] ?? 0, text[at + 1] ?? 0);
    target[offset + i] = byte;
    all |= byte;
  }
  return all >= 0;
}

/** An OID as text in lower case, from 16 bytes at an offset. */
export function formatOid(bytes: Uint8Array, offset = 0): string {
  writeOid(bytes, offset, scratch, 0);
  return scratch.toString('latin1');
}

/** Writes an OID's text, 36 ASCII characters, into bytes at an offset: for responses that never become a string. */
export function writeOid(bytes: Uint8Array, offset: number, target: Uint8Array, targetOffset: number): void {
  refuseOutside(bytes, offset, oidBytes);
  refuseOutside(target, targetOffset, oidTextLength);
  for (let i = 0, at = targetOffset; i < oidBytes; i++, at += 2) {
    if (startsGroup(i)) target[at++] = hyphen;
    writeHexByte(bytes[offset + i] ?? 0, target, at);
  }
}

/** As {@link writeOid}, of an OID kept as four words of 32 bits, each with its first byte lowest: a quarter of the time. */
export function writeOidWords(words: Int32Array, offset: number, target: Uint8Array, targetOffset: number): void {
  refuseOutside(words, offset, oidBytes / 4);
  refuseOutside(target, targetOffset, oidTextLength);
  const at = targetOffset;
  const [first, second] = [words[offset] ?? 0, words[offset + 1] ?? 0];
  const [third, fourth] = [words[offset + 2] ?? 0, words[offset + 3] ?? 0];
  writeHexBytes(first, target, at);
  writeHexBytes(first >>> 16, target, at + 4);
  target[at + 8] = hyphen;
  writeHexBytes(second, target, at + 9);
  target[at + 13] = hyphen;
  writeHexBytes(second >>> 16, target, at + 14);
  target[at + 18] = hyphen;
  writeHexBytes(third, target, at + 19);
  target[at + 23] = hyphen;
  writeHexBytes(third >>> 16, target, at + 24);
  writeHexBytes(fourth, target, at + 28);
  writeHexBytes(fourth >>> 16, target, at + 32);
}

const hyphen = 0x2d;
const scratch = Buffer.alloc(oidTextLength);

function readOidText(text: string, target: Uint8Array, offset: number): boolean {
  if (text.length !== oidTextLength) return false;
  // A wrong digit is negative, and so is every number it was combined with.
  let all = 0;
  for (let i = 0, at = 0; i < oidBytes; i++, at += 2) {
    if (startsGroup(i) && text.charCodeAt(at++) !== hyphen) return false;
    const byte = readHexByte(text, at);
    target[offset + i] = byte;
    all |= byte;
  }
  return all >= 0;
}

/** Whether a hyphen stands before the digits of this byte: 8-4-4-4-12. */
function startsGroup(byte: number): boolean {
  return byte === 4 || byte === 6 || byte === 8 || byte === 10;
}
