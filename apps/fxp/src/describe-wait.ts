import { parseKey, partyOf, peerOf } from '@syncytium/fxp';
import type { WaitDescription, WaitingClient } from '@syncytium/transport/resp';

/** A blocked Redis client in the protocol's terms: who pops a session's list is one of its parties and awaits the other. */
export function describeWait(_client: WaitingClient, keys: readonly string[]): WaitDescription | undefined {
  const [first] = keys.map((key) => parseKey(key));
  if (!first || keys.length > 1) return undefined;
  return {
    who: partyOf(peerOf(first.writer), first),
    what: `item of ${keys.join()}`,
    whom: [partyOf(first.writer, first)],
  };
}
