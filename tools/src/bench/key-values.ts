/** As many objects as the original was measured with: some 90 bytes of JSON each. */
export const keyValueCount = 3_750_000;

/** A key that no other object has. */
export function keyOf(i: number): string {
  return `user${i}@example.com`;
}

/** Two words and a bit more. */
export function valueOf(i: number): string {
  return `some two words and a bit more ${i} filler text`;
}

/**
 * One STORE of objects with a key and a value each, as bytes: it would be too long for some texts. `attributes` stand before
 * the class, with a comma behind each.
 */
export function storeOfKeyValues(count: number, attributes = ''): Buffer {
  const pieces: Buffer[] = [Buffer.from(`{"STORE":{${attributes}"_class":"kv","_objects":[`)];
  const batch = 10_000;
  for (let from = 0; from < count; from += batch) {
    const objects = Array.from(
      { length: Math.min(batch, count - from) },
      (_, i) => `{"k":"${keyOf(from + i)}","v":"${valueOf(from + i)}"}`,
    );
    pieces.push(Buffer.from(`${from > 0 ? ',' : ''}${objects.join(',')}`));
  }
  pieces.push(Buffer.from(']}}'));
  return Buffer.concat(pieces);
}
