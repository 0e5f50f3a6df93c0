import type { Matcher } from './matcher.js';
import type { PendingRequest, Surroundings } from './pending.js';

/** What a request whose time is up lacked. */
export interface WaitExplanation {
  /** Actors that matched it, the first few. */
  readonly present: readonly string[];
  /** How many more matching requests it would have needed at least. */
  readonly missing: number;
  readonly blockedBy?: string;
}

/** Most actors named, and most kinds of requests looked at for a reason. */
const namedMax = 16;

/** How many waiting requests match one that waits, and how many more it needs at least. */
export function surveyWait(matcher: Matcher<PendingRequest>, request: PendingRequest): Surroundings {
  let matching = 0;
  matcher.eachMatching(request, ({ size }) => (matching += size));
  // While it waits it finds itself, if it matches itself.
  if (matching > 0 && matcher.has(request.id) && request.profile.matchesItself) matching--;
  return { matching, missing: Math.max(0, request.mates - matching) };
}

/** Why a request that has just left did not sync. */
export function explainWait(matcher: Matcher<PendingRequest>, request: PendingRequest): WaitExplanation {
  const matching: PendingRequest[] = [];
  matcher.eachMatching(request, ({ oldest }) => {
    if (matching.length < namedMax && oldest) matching.push(oldest.request);
  });
  const { missing } = surveyWait(matcher, request);
  const blockedBy =
    missing > 0 ? findRefusal(request, matcher.sampleOf(request.event, namedMax)) : findRift(request, matching);
  return { present: matching.map(({ actor }) => actor), missing, ...(blockedBy !== undefined && { blockedBy }) };
}

/** Somebody was there who did not match. */
function findRefusal(request: PendingRequest, others: readonly PendingRequest[]): string | undefined {
  for (const other of others) {
    if (!request.profile.selector.matches(other.profile.labels)) return refusal(request, other);
    if (!other.profile.selector.matches(request.profile.labels)) return refusal(other, request);
  }
  return undefined;
}

/** Enough were there, but some of them did not match each other, or asked for more. */
function findRift(request: PendingRequest, matching: readonly PendingRequest[]): string | undefined {
  const greedy = matching.find(({ mates }) => mates > request.mates);
  if (greedy) return `${greedy.actor} asks for ${greedy.mates} mates`;
  for (const [i, one] of matching.entries()) {
    const refused = findRefusal(one, matching.slice(i + 1));
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function refusal(who: PendingRequest, whom: PendingRequest): string {
  return `selector of ${who.actor} refuses ${whom.actor}`;
}
