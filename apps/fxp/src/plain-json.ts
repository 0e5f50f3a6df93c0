/**
 * A value as JSON shows it: numeric arrays as arrays, bytes as base64, whole numbers beyond 2^53 as text. What MessagePack
 * carries and JSON does not would otherwise come out as nonsense, or not at all.
 */
export function toPlainJson(value: unknown): string {
  return JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, key: string, shown: unknown) {
    // Not `shown`: bytes have been made an object of numbers there.
    const item = this[key];
    if (typeof item === 'bigint') return item.toString();
    if (item instanceof Uint8Array)
      return Buffer.from(item.buffer, item.byteOffset, item.byteLength).toString('base64');
    return ArrayBuffer.isView(item) && Symbol.iterator in item
      ? [...(item as Iterable<unknown>)].map(plainNumber)
      : shown;
  });
}

function plainNumber(value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
