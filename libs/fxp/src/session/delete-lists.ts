import type { Broker } from '@syncytium/transport';
import { claimsKeyOf, inflightKeyOf, keyOf, type SessionName } from '../wire/protocol.js';

/** Deletes the lists of an extended session that nobody serves, with what its parties have in flight. */
export async function deleteLists(broker: Broker, name: SessionName, opening: string): Promise<void> {
  const [inputs, outputs] = [keyOf(name, 'requestor'), keyOf(name, 'provider')];
  const keys = [inputs, outputs, claimsKeyOf(name)];
  const claims = await broker.lrange(claimsKeyOf(name), 0, -1);
  // Without claims nothing was acknowledged, and the names may be such that nothing can be.
  if (claims.length > 0) {
    keys.push(...claims.map((claim) => inflightKeyOf(inputs, Buffer.from(claim).toString())));
    keys.push(inflightKeyOf(outputs, opening));
  }
  await broker.del(...keys);
}
