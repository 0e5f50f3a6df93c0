const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** Bytes, a multiple of 4, as ØMQ writes keys: five printable characters for every four bytes (ØMQ RFC 32). */
export function z85Encode(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const word = view.getUint32(at);
    for (let divisor = 85 ** 4; divisor >= 1; divisor /= 85) text += digits.charAt(Math.floor(word / divisor) % 85);
  }
  return text;
}

/** Whether a text can be a CURVE key: 40 characters of Z85. */
export function isCurveKey(text: string): boolean {
  return text.length === 40 && Array.from(text).every((digit) => digits.includes(digit));
}
