import type { Prng } from './prng.js';

/** So many random bytes as hexadecimal digits. */
export function randomHex(prng: Prng, bytes: number): string {
  return Buffer.from(prng.bytes(bytes)).toString('hex');
}
