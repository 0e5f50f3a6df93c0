import { SyncytiumError, type ErrorDetails } from '@syncytium/kit';

/** Everything this package throws on purpose. */
export abstract class CodecError extends SyncytiumError {}

export const encodeErrorCodes = [
  'encode_unsupported',
  'encode_not_finite',
  'encode_lone_surrogate',
  'encode_forbidden_key',
  'encode_circular',
  'encode_too_deep',
  'encode_too_large',
] as const;

export type EncodeErrorCode = (typeof encodeErrorCodes)[number];

export interface EncodeFacts {
  /** The encoding's name. */
  readonly encoding: string;
  readonly code: EncodeErrorCode;
  /** What it was: `NaN`, `a Date`, `the key __proto__`. */
  readonly found: string;
  /** Where in the value, from its root: `$.rows[3].when`. */
  readonly path: string;
  readonly cause?: unknown;
}

/** A value that an encoding does not carry; names the place in the value. */
export class EncodeError extends CodecError {
  declare readonly code: EncodeErrorCode;

  constructor({ encoding, code, found, path, cause }: EncodeFacts) {
    super(code, `${encoding} does not carry ${found} (at ${path})`, { details: { encoding, found, path }, cause });
  }
}

export const decodeErrorCodes = [
  'decode_malformed',
  'decode_bad_utf8',
  'decode_lone_surrogate',
  'decode_forbidden_key',
  'decode_unsupported',
  'decode_too_deep',
  'decode_too_large',
] as const;

export type DecodeErrorCode = (typeof decodeErrorCodes)[number];

export interface DecodeFacts {
  /** The encoding's name. */
  readonly encoding: string;
  readonly code: DecodeErrorCode;
  /** What it was: `a timestamp`, `the key __proto__`. */
  readonly found: string;
  /** The byte where it was, if that is known. */
  readonly at?: number | undefined;
  readonly cause?: unknown;
}

/** Bytes that are not the encoding they should be, or that hold what this package refuses. */
export class DecodeError extends CodecError {
  declare readonly code: DecodeErrorCode;

  constructor({ encoding, code, found, at, cause }: DecodeFacts) {
    const where = at === undefined ? {} : { at };
    const place = at === undefined ? '' : ` (at byte ${at})`;
    super(code, `${encoding} with ${found}${place}`, { details: { encoding, found, ...where }, cause });
  }
}

export const frameErrorCodes = [
  'frame_too_short',
  'frame_unknown_encoding',
  'frame_bad_separator',
  'frame_bad_command',
  'frame_bad_payload',
] as const;

export type FrameErrorCode = (typeof frameErrorCodes)[number];

/** Bytes, or parts of a frame, that do not make a command frame. */
export class FrameError extends CodecError {
  declare readonly code: FrameErrorCode;

  constructor(code: FrameErrorCode, problem: string, details: ErrorDetails, cause?: unknown) {
    super(code, problem, { details, cause });
  }
}

export const idErrorCodes = ['bad_thid', 'bad_oid'] as const;

export type IdErrorCode = (typeof idErrorCodes)[number];

/** A text that is not the id it should be. */
export class IdError extends CodecError {
  declare readonly code: IdErrorCode;

  constructor(code: IdErrorCode, text: string) {
    const expected = code === 'bad_thid' ? '40 lower-case hex digits' : 'a UUID';
    // Whoever sent a megabyte for an id does not get it back.
    const found = text.length > 64 ? `${text.slice(0, 64)}…` : text;
    super(code, `expected ${expected}, got ${JSON.stringify(found)}`, { details: { expected, found } });
  }
}
