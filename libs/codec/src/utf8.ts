import { DecodeError } from './errors.js';

// Fatal, and a byte order mark stays in the text, where a parser will refuse it.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text, or a {@link DecodeError} where they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array, encoding: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new DecodeError({ encoding, code: 'decode_bad_utf8', found: 'bytes that are not UTF-8', cause });
  }
}
