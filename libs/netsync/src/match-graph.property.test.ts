import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasBit } from './bitset.js';
import { Kind, Waiter, type MatchRequest } from './kind.js';
import { buildMatchGraph, eligibleWaiters } from './match-graph.js';
import type { Profile } from './profile.js';
import { profile } from './testing/arbitrary-requests.js';

/** Kinds of the given profiles, each with some waiters that arrived in turn. */
function kindsOf(profiles: readonly Profile[], waitersOfEach: number): Kind[] {
  const kinds = profiles.map((one) => new Kind<MatchRequest>(one, 2));
  let arrivals = 0;
  for (let i = 0; i < waitersOfEach; i++) {
    for (const kind of kinds) {
      const request = { id: `${arrivals}`, event: 'e', profile: kind.profile, mates: 2, deadline: Infinity };
      kind.append(new Waiter(request, arrivals++));
    }
  }
  return kinds;
}

describe('the graph of who matches whom', () => {
  /** Law: two waiters are joined exactly when their profiles match; enough of them to fill several words of a set. */
  it('is what comparing every two gives', () => {
    fc.assert(
      fc.property(
        fc.array(profile, { size: 'max', minLength: 1, maxLength: 110 }),
        fc.integer({ min: 1, max: 3 }),
        (profiles, need) => {
          const graph = buildMatchGraph(eligibleWaiters(kindsOf(profiles, 3), need), { left: 1e9 });
          if (!graph) throw new Error('so few are never too much work');
          const { waiters, matching, sameKind } = graph;
          const wrong: string[] = [];
          for (const [i, one] of waiters.entries()) {
            for (const [j, other] of waiters.entries()) {
              if (i !== j && hasBit(matching[i]!, j) !== one.request.profile.matches(other.request.profile))
                wrong.push(`${i} ${j}`);
              if (hasBit(sameKind[i]!, j) !== (one.kind === other.kind)) wrong.push(`kinds of ${i} ${j}`);
            }
          }
          expect(wrong).toEqual([]);
          const expected = profiles.reduce((sum, { matchesItself }) => sum + (matchesItself ? need : 1), 0);
          expect(waiters.length).toBe(expected);
          expect(waiters.map(({ order }) => order)).toEqual(waiters.map(({ order }) => order).sort((a, b) => a - b));
        },
      ),
      propertyRuns(200),
    );
  });

  it('is not made when it is too much work', () => {
    fc.assert(
      fc.property(fc.array(profile, { minLength: 2, maxLength: 50 }), (profiles) => {
        expect(buildMatchGraph(eligibleWaiters(kindsOf(profiles, 1), 2), { left: 0 })).toBeUndefined();
      }),
      propertyRuns(20),
    );
  });
});
