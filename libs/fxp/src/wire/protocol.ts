import { InvalidArgumentError } from '@syncytium/kit';

/** The two parties of a session. */
export type Role = 'requestor' | 'provider';

/** What makes a session: two parties who know both agree on its keys. */
export interface SessionName {
  readonly service: string;
  readonly id: string;
}

/** Stands between the parts of a key. */
export const separator = '__';

/** The last part of a key: who writes to whom. */
export const direction = { requestor: 'req2pro', provider: 'pro2req' } as const satisfies Record<Role, string>;

/** Last parts of the keys that an extended session has beside its lists. */
const offerPart = 'offer';
const claimPart = 'claim';
const claimsPart = 'claims';
const inflightPart = 'inflight';

/** Longest name of a service or session, in bytes of UTF-8. */
export const nameBytesMax = 1024;

/** The party at the other end. */
export function peerOf(role: Role): Role {
  return role === 'requestor' ? 'provider' : 'requestor';
}

/** The list a party writes its items to: `ID__X__req2pro` or `ID__X__pro2req`. */
export function keyOf({ service, id }: SessionName, writer: Role): string {
  return [id, service, direction[writer]].join(separator);
}

/** Where the requestor says that it speaks the extended protocol: `ID__X__offer`. */
export function offerKeyOf({ service, id }: SessionName): string {
  return [id, service, offerPart].join(separator);
}

/** Where the one provider that serves a session says so: `ID__X__claim`. */
export function claimKeyOf({ service, id }: SessionName): string {
  return [id, service, claimPart].join(separator);
}

/** The list of all claims of an acknowledged session, the newest at the head: `ID__X__claims`. */
export function claimsKeyOf({ service, id }: SessionName): string {
  return [id, service, claimsPart].join(separator);
}

/**
 * The list of items that were popped from the list `key` and not answered, by the holder of a claim or an opening:
 * `{ID__X__req2pro}__inflight__CLAIM`. The braces put both lists into one slot of a cluster, as moving between them
 * demands; a key that has a hash tag of its own keeps that. Throws {@link InvalidArgumentError} for a key that has braces
 * and no tag: it would be of another slot.
 */
export function inflightKeyOf(key: string, holder: string): string {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open);
  const hasTag = close > open + 1;
  if (!hasTag && key.includes('}'))
    throw new InvalidArgumentError('id', `and service must have no brace } in an acknowledged session, got ${key}`);
  return [hasTag ? key : `{${key}}`, inflightPart, holder].join(separator);
}

/**
 * The session and the writer a key belongs to; `undefined` for a key that is none of the protocol's. Where a name has
 * the separator in it, the id is taken for the part without one: the key alone does not tell.
 */
export function parseKey(key: string): (SessionName & { readonly writer: Role }) | undefined {
  const idEnd = key.indexOf(separator);
  const serviceEnd = key.lastIndexOf(separator);
  if (idEnd <= 0 || serviceEnd <= idEnd + separator.length) return undefined;
  const last = key.slice(serviceEnd + separator.length);
  const writer = last === direction.requestor ? 'requestor' : last === direction.provider ? 'provider' : undefined;
  return writer && { id: key.slice(0, idEnd), service: key.slice(idEnd + separator.length, serviceEnd), writer };
}

/** What a party of a session is called in waits and errors: `provider of json_echo/s1`. */
export function partyOf(role: Role, { service, id }: SessionName): string {
  return `${role} of ${service}/${id}`;
}

/** Throws {@link InvalidArgumentError} for a name that is empty or too long. */
export function checkName(name: string, field: string): void {
  if (name === '') throw new InvalidArgumentError(field, 'must not be empty');
  if (Buffer.byteLength(name) > nameBytesMax)
    throw new InvalidArgumentError(field, `must have at most ${nameBytesMax} bytes`);
}
