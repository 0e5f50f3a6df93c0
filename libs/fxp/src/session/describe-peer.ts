import { partyOf, peerOf, type Role, type SessionName } from '../wire/protocol.js';
import type { PeerFacts } from './session-terms.js';

/** What one party knows of the other when something is missing. */
export interface PeerKnowledge {
  readonly name: SessionName;
  /** Of the party that tells. */
  readonly role: Role;
  readonly peer?: PeerFacts | undefined;
  /** Items it has pushed, and those of them that are still in the list. */
  readonly pushed: number;
  readonly unpopped?: number | undefined;
  /** Items it has popped. */
  readonly popped: number;
  readonly lastHeardMs?: number | undefined;
}

/**
 * The other party for people: who it is, since when, when it was last heard, and what it did with the last item.
 * `provider "toksys-7" claimed 12.4 s ago, last heard 3.1 s ago, popped item 41 and has not answered`
 */
export function describePeer(knowledge: PeerKnowledge): string {
  const { name, role, peer, lastHeardMs } = knowledge;
  const heardMs = earlier(lastHeardMs, peer?.leaseRenewedMs);
  const claimed = peer?.claimedMs === undefined ? '' : ` claimed ${ago(peer.claimedMs)}`;
  const facts = [
    `${peer?.party ?? `the ${partyOf(peerOf(role), name)}`}${claimed}`,
    heardMs === undefined ? 'never heard' : `last heard ${ago(heardMs)}`,
    ...(peer && !peer.isThere ? ['gone by now'] : []),
    ...didWithItems(knowledge),
  ];
  return facts.join(', ');
}

function didWithItems({ role, pushed, popped, unpopped }: PeerKnowledge): string[] {
  if (role === 'provider') return popped === 0 ? ['has sent nothing'] : [];
  if (unpopped === undefined || pushed === 0) return [];
  const taken = Math.max(0, pushed - unpopped);
  if (taken === 0) return ['has popped nothing'];
  if (taken > popped) return [`popped item ${taken} and has not answered`];
  return taken < pushed ? [`has not popped item ${taken + 1}`] : [];
}

function ago(ms: number): string {
  return `${(Math.max(0, ms) / 1000).toFixed(1)} s ago`;
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}
