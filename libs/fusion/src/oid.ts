import { formatOid, randomOid } from '@syncytium/codec';
import type { Prng } from '@syncytium/kit';

/** The identifier of an object: a UUID as text, in lower case. */
export type Oid = string;

/** A new OID, a random UUID of version 4. */
export function makeOid(prng: Prng): Oid {
  return formatOid(randomOid(prng));
}
