import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kind, Waiter, type MatchRequest } from './kind.js';
import { takeInTurn } from './take-in-turn.js';
import { orderedProfile, profile } from './testing/arbitrary-requests.js';

/** One by one, each compared with all who were taken before. */
function comparedInTurn(waiters: readonly Waiter[]): Waiter[] {
  const taken: Waiter[] = [];
  for (const one of waiters) {
    if (taken.every((other) => other.request.profile.matches(one.request.profile))) taken.push(one);
  }
  return taken;
}

describe('those who are taken in turn', () => {
  /** Law: they are who would be taken if each were compared with all before; so every two match. */
  it('are those that match all who came before and were taken', () => {
    let largest = 0;
    fc.assert(
      fc.property(fc.array(fc.oneof(profile, orderedProfile), { size: 'max', minLength: 2, maxLength: 60 }), (all) => {
        const kinds = new Map(all.map((one) => [one, new Kind<MatchRequest>(one, 2)]));
        const waiters = all.map((one, i) => {
          const waiter = new Waiter<MatchRequest>(
            { id: String(i), event: 'e', profile: one, mates: 2, deadline: Infinity },
            i,
          );
          kinds.get(one)?.append(waiter);
          return waiter;
        });
        const expected = comparedInTurn(waiters);
        largest = Math.max(largest, expected.length);
        for (const need of [1, expected.length])
          expect(takeInTurn(waiters, need, { left: 1e9 })).toEqual(expected.slice(0, need));
        expect(takeInTurn(waiters, expected.length + 1, { left: 1e9 })).toBeUndefined();
      }),
      propertyRuns(2000),
    );
    expect(largest).toBeGreaterThan(5);
  });

  it('are none when it is too much work', () => {
    const kind = new Kind<MatchRequest>(fc.sample(profile, { numRuns: 1, seed: 1 })[0]!, 2);
    for (let i = 0; i < 2; i++)
      kind.append(new Waiter({ id: `${i}`, event: 'e', profile: kind.profile, mates: 2, deadline: Infinity }, i));
    expect(takeInTurn([kind.oldest!, kind.newest!], 2, { left: 0 })).toBeUndefined();
  });
});
