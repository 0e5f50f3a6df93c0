import { Crowd, type Work } from './crowd.js';
import type { Kind, MatchRequest, Waiter } from './kind.js';

/**
 * Takes waiters from the oldest on, each that matches all who were taken before, until there are `need`. When there are,
 * they are the first group in the order of arrival, since every choice was the oldest possible; `undefined` when it led
 * to nothing, which does not mean that there is none, or was too much work.
 */
export function takeInTurn<R extends MatchRequest>(
  waiters: readonly Waiter<R>[],
  need: number,
  work: Work,
): Waiter<R>[] | undefined {
  const crowd = new Crowd();
  const taken: Waiter<R>[] = [];
  /** Whether a further one of a kind that was seen can be taken. */
  const canFollow = new Map<Kind<R>, boolean>();
  for (const [at, waiter] of waiters.entries()) {
    const { kind } = waiter;
    if (!kind) continue;
    let isTaken = canFollow.get(kind);
    if (isTaken === undefined) {
      isTaken = crowd.admits(kind.profile, work);
      if (isTaken) crowd.add(kind.profile, work);
      canFollow.set(kind, isTaken && kind.profile.matchesItself);
    }
    if (isTaken) taken.push(waiter);
    if (taken.length === need) return taken;
    if (work.left < 0 || taken.length + waiters.length - at - 1 < need) return undefined;
  }
  return undefined;
}
