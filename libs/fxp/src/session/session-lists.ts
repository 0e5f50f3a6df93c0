import type { Broker } from '@syncytium/transport';
import { claimsKeyOf, inflightKeyOf, keyOf, type SessionName } from '../wire/protocol.js';

/** Under which names items of an acknowledged session may be in flight. */
export interface Holders {
  readonly claims: readonly string[];
  readonly openings: readonly string[];
}

/** The keys of a session's lists; with holders, of those of an acknowledged session. */
export function listKeysOf(name: SessionName, holders?: Holders): string[] {
  const [inputs, outputs] = [keyOf(name, 'requestor'), keyOf(name, 'provider')];
  if (!holders) return [inputs, outputs];
  return [
    inputs,
    outputs,
    claimsKeyOf(name),
    ...holders.claims.map((claim) => inflightKeyOf(inputs, claim)),
    ...holders.openings.map((opening) => inflightKeyOf(outputs, opening)),
  ];
}

/** All claims there have been of an acknowledged session, the newest first. */
export async function claimsOf(broker: Broker, name: SessionName): Promise<string[]> {
  const claims = await broker.lrange(claimsKeyOf(name), 0, -1);
  return claims.map((claim) => Buffer.from(claim).toString());
}
