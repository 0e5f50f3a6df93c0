import type { Prng } from '@syncytium/kit';

/** The identifier of an object: a UUID as text, in lower case. */
export type Oid = string;

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID, in either case. */
export function isUuid(text: string): boolean {
  return text.length === 36 && pattern.test(text);
}

/** A new OID, a UUID of version 4. */
export function makeOid(prng: Prng): Oid {
  const bytes = prng.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
