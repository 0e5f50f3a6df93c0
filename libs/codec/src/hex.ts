/** The ASCII digits by their value. */
const digits = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** The values of ASCII hex digits in both cases; everything else is -1. */
const values = new Int8Array(128).fill(-1);
for (const [value, unit] of digits.entries()) {
  values[unit] = value;
  values[String.fromCharCode(unit).toUpperCase().charCodeAt(0)] = value;
}

/** Both digits of each byte, the first of them lowest. */
const pairs = Uint16Array.from(
  { length: 256 },
  (_, byte) => (digits[byte >> 4] ?? 0) | ((digits[byte & 0x0f] ?? 0) << 8),
);

/** Writes the lowest two bytes of a word, the lower one first, as four lower-case ASCII digits. */
export function writeHexBytes(word: number, target: Uint8Array, at: number): void {
  const lower = pairs[word & 0xff] ?? 0;
  const upper = pairs[(word >>> 8) & 0xff] ?? 0;
  target[at] = lower;
  target[at + 1] = lower >>> 8;
  target[at + 2] = upper;
  target[at + 3] = upper >>> 8;
}

/** Writes a byte as two lower-case ASCII digits. */
export function writeHexByte(byte: number, target: Uint8Array, at: number): void {
  target[at] = digits[byte >> 4] ?? 0;
  target[at + 1] = digits[byte & 0x0f] ?? 0;
}

/** The byte that two hex digits of a text stand for; negative where they are none. */
export function readHexByte(text: string, at: number): number {
  return hexByte(text.charCodeAt(at), text.charCodeAt(at + 1));
}

/** The byte that two ASCII characters stand for; negative where they are no hex digits. */
export function hexByte(upper: number, lower: number): number {
  return ((values[upper] ?? -1) << 4) | (values[lower] ?? -1);
}
