const int64Max = 2n ** 63n - 1n;
const digitsMax = 19;

/**
 * A signed 64-bit integer written in base 10: an optional sign and ASCII digits, nothing else. `undefined` where the
 * text is anything else or out of range. Zeros in front are no harm.
 */
export function parseInt64(text: string): bigint | undefined {
  const sign = text[0];
  const start = sign === '-' || sign === '+' ? 1 : 0;
  if (start === text.length) return undefined;
  let significant = text.length;
  for (let at = text.length - 1; at >= start; at--) {
    const unit = text.charCodeAt(at);
    if (unit < 0x30 || unit > 0x39) return undefined;
    if (unit !== 0x30) significant = at;
  }
  // Counted before it is converted: a conversion takes more than linear time in the number of digits.
  if (text.length - significant > digitsMax) return undefined;
  const magnitude = BigInt(text.slice(significant));
  if (sign === '-') return magnitude > int64Max + 1n ? undefined : -magnitude;
  return magnitude > int64Max ? undefined : magnitude;
}
