import type { Broker } from '@syncytium/transport';
import type { SessionName } from '../wire/protocol.js';
import { claimsOf, listKeysOf } from './session-lists.js';

/** Deletes the lists of an extended session that nobody serves, with what its parties have in flight. */
export async function deleteLists(broker: Broker, name: SessionName, opening: string): Promise<void> {
  const claims = await claimsOf(broker, name);
  // Without claims nothing was acknowledged, and the names may be such that nothing can be.
  await broker.del(...listKeysOf(name, { claims, openings: claims.length > 0 ? [opening] : [] }));
}
