import type { Kind } from './kind.js';
import type { Matcher } from './matcher.js';
import type { PendingRequest, Surroundings } from './pending.js';

/** What a request lacks, or lacked when its time was up. */
export interface WaitExplanation extends Surroundings {
  /** Actors that could have synced with it, the oldest first, the first few of them. */
  readonly present: readonly string[];
}

/** Most actors named. */
const namedMax = 16;
/** Most kinds of requests counted. Ten thousand may time out at once, and each is told why. */
const countedMax = 1024;
/** Most kinds of requests, the oldest, that are compared with each other. */
const comparedMax = 32;
/** Most kinds of requests that do not match among which a reason is looked for. */
const sampledMax = 16;

/**
 * Why a request does not sync: with whom it could, how many it lacks beside them, and who stands in the way. Those it
 * could sync with are taken from the oldest on, as long as they match each other and ask for no more mates.
 */
export function explainWait(matcher: Matcher<PendingRequest>, request: PendingRequest): WaitExplanation {
  const kinds: Kind<PendingRequest>[] = [];
  matcher.someMatching(request, (kind) => kinds.push(kind) >= countedMax);
  kinds.sort((a, b) => a.order - b.order);
  // While it waits it finds itself, if it matches itself.
  const own = matcher.has(request.id) ? 1 : 0;
  const sizeOf = ({ profile, mates, size }: Kind): number =>
    profile === request.profile && mates === request.mates ? size - own : size;

  const present: Kind<PendingRequest>[] = [];
  let matching = 0;
  let usable = 0;
  let blockedBy: string | undefined;
  for (const [i, kind] of kinds.entries()) {
    const size = sizeOf(kind);
    matching += size;
    if (size === 0) continue;
    const obstacle = kind.mates > request.mates ? demandOf(kind) : i < comparedMax ? riftOf(present, kind) : undefined;
    blockedBy ??= obstacle;
    if (obstacle !== undefined) continue;
    if (i < comparedMax) present.push(kind);
    usable += kind.profile.matchesItself ? size : 1;
    if (size > 1 && !kind.profile.matchesItself) blockedBy ??= riftWithin(kind);
  }
  // Where not all were counted, any of the others may match.
  if (kinds.length >= countedMax) usable = Math.max(usable, matcher.sizeOf(request.event) - own);
  blockedBy ??= findRefusal(request, matcher.sampleOf(request.event, sampledMax));
  return {
    present: namesOf(present, request),
    matching,
    // Some that were not compared do not match each other; else there would have been a group.
    missing: Math.max(1, request.mates - usable),
    ...(blockedBy !== undefined && { blockedBy }),
  };
}

/** Actors of all waiters of the kinds, without the one that asks. */
function namesOf(kinds: readonly Kind<PendingRequest>[], asking: PendingRequest): string[] {
  const names: string[] = [];
  for (const { oldest, profile } of kinds) {
    for (let waiter = oldest; waiter; waiter = waiter.newer) {
      if (names.length >= namedMax) return names;
      if (waiter.request === asking) continue;
      names.push(waiter.request.actor);
      // Of those who do not match each other one is enough.
      if (!profile.matchesItself) break;
    }
  }
  return names;
}

function demandOf({ oldest, mates }: Kind<PendingRequest>): string {
  return `${oldest?.request.actor ?? ''} asks for ${mates} mates`;
}

/** Whom of those present it does not match. */
function riftOf(present: readonly Kind<PendingRequest>[], kind: Kind<PendingRequest>): string | undefined {
  for (const { oldest } of present) {
    const refused = oldest && kind.oldest && refusalBetween(oldest.request, kind.oldest.request);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function riftWithin({ oldest }: Kind<PendingRequest>): string | undefined {
  return oldest?.newer && refusalBetween(oldest.request, oldest.newer.request);
}

/** Somebody was there who did not match. */
function findRefusal(request: PendingRequest, others: readonly PendingRequest[]): string | undefined {
  for (const other of others) {
    const refused = other === request ? undefined : refusalBetween(request, other);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function refusalBetween(one: PendingRequest, other: PendingRequest): string | undefined {
  if (!one.profile.selector.matches(other.profile.labels)) return refusal(one, other);
  if (!other.profile.selector.matches(one.profile.labels)) return refusal(other, one);
  return undefined;
}

function refusal(who: PendingRequest, whom: PendingRequest): string {
  return `selector of ${who.actor} refuses ${whom.actor}`;
}
