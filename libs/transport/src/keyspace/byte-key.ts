/**
 * A key or channel name as bytes: one character, U+0000 to U+00FF, per byte. Names come from wires that are not obliged
 * to send UTF-8, and must be usable in a `Map`, which bytes are not.
 */
export type ByteKey = string;

const asciiOnly = /^[\0-\x7f]*$/;

/** The UTF-8 bytes of a text. */
export function byteKeyOf(text: string): ByteKey {
  return asciiOnly.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** The text whose UTF-8 bytes these are; what is no UTF-8 becomes U+FFFD. */
export function textOf(key: ByteKey): string {
  return asciiOnly.test(key) ? key : Buffer.from(key, 'latin1').toString('utf8');
}
