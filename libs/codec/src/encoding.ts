import type { DecodeLimits, EncodeOptions } from './limits.js';

/** One character that names an encoding on the wire: JSON, MessagePack, raw bytes. */
export type EncodingCode = 'J' | 'M' | 'R';

/**
 * A way to put a value into bytes. What `decode` gives, `encode` of the same encoding takes again.
 *
 * @see docs/spec/codec.md
 */
export interface Encoding {
  readonly name: 'json' | 'msgpack' | 'raw';
  readonly code: EncodingCode;

  /**
   * A value as bytes. They may be part of a larger buffer, which nobody writes to again.
   *
   * @throws EncodeError where the value holds what the encoding does not carry; nothing is left out or replaced
   */
  encode(value: unknown, options?: EncodeOptions): Uint8Array;

  /**
   * The value that bytes stand for. Binary parts of it are views of the bytes given, not copies.
   *
   * @throws DecodeError where the bytes are malformed, over a limit, or hold what the encoding refuses
   */
  decode(bytes: Uint8Array, limits?: DecodeLimits): unknown;
}
