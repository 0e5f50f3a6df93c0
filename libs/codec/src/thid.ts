import { hash } from 'node:crypto';
import type { Prng } from '@syncytium/kit';
import { refuseOutside } from './byte-range.js';
import { IdError } from './errors.js';
import { readHexByte, writeHexByte } from './hex.js';

/** The length of a THID in bytes. */
export const thidBytes = 20;

/** The length of a THID in words of 32 bits. */
export const thidWords = thidBytes / 4;

/** The length of a THID as text. */
export const thidTextLength = 40;

/** A new THID for a cell or a transmitter: 160 random bits as 40 lower-case hex digits. */
export function randomThid(prng: Prng): string {
  return formatThid(prng.bytes(thidBytes));
}

/** A message's THID: the SHA-1 of its contents, a text's as UTF-8, as 40 lower-case hex digits. */
export function thidOf(contents: Uint8Array | string): string {
  return hash('sha1', contents, 'hex');
}

/** Whether a text is a THID. Upper case is none: an id has one spelling, since texts are what is compared. */
export function isThid(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/**
 * The 20 bytes of a THID's text.
 *
 * @throws IdError `bad_thid`
 */
export function parseThid(text: string): Uint8Array {
  if (!isThid(text)) throw new IdError('bad_thid', text);
  const bytes = new Uint8Array(thidBytes);
  for (let i = 0; i < thidBytes; i++) bytes[i] = readHexByte(text, 2 * i);
  return bytes;
}

/** The five words of a THID's text, its first digits the uppermost of the first word. Any other text gives any words. */
export function readThidWords(text: string, target: Uint32Array, offset: number): void {
  for (let i = 0; i < thidWords; i++) {
    let word = 0;
    for (let at = i * digitsPerWord; at < (i + 1) * digitsPerWord; at += 2) word = (word << 8) | readHexByte(text, at);
    target[offset + i] = word;
  }
}

/** A THID as text, from 20 bytes at an offset. */
export function formatThid(bytes: Uint8Array, offset = 0): string {
  refuseOutside(bytes, offset, thidBytes);
  for (let i = 0; i < thidBytes; i++) writeHexByte(bytes[offset + i] ?? 0, scratch, 2 * i);
  return scratch.toString('latin1');
}

const digitsPerWord = thidTextLength / thidWords;

const scratch = Buffer.alloc(thidTextLength);
