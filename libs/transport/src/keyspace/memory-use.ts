import type { ByteKey } from './byte-key.js';

/** What one value costs beside its bytes: a buffer object and its store (measured on Node 20: 250 to 280 bytes). */
const itemOverheadBytes = 256;

/** What one key costs beside its name and its values: map entry, record, ring (measured on Node 20: 180 bytes). */
const entryOverheadBytes = 192;

/** A kept value may hold this many times its size of memory, since the rest of it is mostly its own command. */
const wasteFactorMax = 2;
const wasteBytesFree = 256;

/** Memory one value is counted with, in bytes. */
export function itemBytes(value: Uint8Array): number {
  return value.byteLength + itemOverheadBytes;
}

/** Memory a key without values is counted with, in bytes. */
export function entryBytes(key: ByteKey): number {
  return key.length + entryOverheadBytes;
}

/**
 * The same bytes in a form fit for keeping: a small piece of a large buffer is copied, because keeping it would keep
 * the whole buffer; anything else is returned as it is.
 */
export function detach(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer.byteLength <= bytes.byteLength * wasteFactorMax + wasteBytesFree) return bytes;
  return copyOf(bytes);
}

/** A copy in a store of its own, never a piece of a shared pool. */
export function copyOf(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength);
  copy.set(bytes);
  return copy;
}
