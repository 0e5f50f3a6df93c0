import { DecodeError } from './errors.js';

/** How much a decoder takes. */
export interface DecodeLimits {
  /** The most levels of objects and arrays inside one another; 64 unless told, and never more than 1,000. */
  readonly depthMax?: number | undefined;
  /** The most bytes; 16,777,216 (16 MiB) unless told. */
  readonly bytesMax?: number | undefined;
}

/** How a value is encoded. */
export interface EncodeOptions {
  /** The most levels of objects and arrays inside one another; 64 unless told, and never more than 1,000. */
  readonly depthMax?: number | undefined;
  /**
   * ASCII text of up to 255 characters that goes before the encoded value into the same bytes, so that a header costs no
   * copy.
   */
  readonly prefix?: string | undefined;
}

const depthMaxDefault = 64;
/** Beyond this the stack of a recursion, not the limit, might end it. */
const depthMaxHighest = 1000;
const bytesMaxDefault = 16 * 1024 * 1024;

/** The depth that is asked for, within what can be borne. */
export function depthLimit(depthMax: number | undefined): number {
  return depthMax === undefined ? depthMaxDefault : Math.min(depthMax, depthMaxHighest);
}

/** Throws where there are more bytes than a decoder takes. */
export function refuseTooLarge(bytes: Uint8Array, limits: DecodeLimits | undefined, encoding: string): void {
  const bytesMax = limits?.bytesMax ?? bytesMaxDefault;
  if (bytes.length <= bytesMax) return;
  throw new DecodeError({ encoding, code: 'decode_too_large', found: `${bytes.length} bytes, more than ${bytesMax}` });
}
