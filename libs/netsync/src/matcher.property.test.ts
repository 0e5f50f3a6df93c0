import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MatchRequest } from './kind.js';
import { Matcher } from './matcher.js';
import { profile } from './testing/arbitrary-requests.js';
import { bruteForceGroup, isGroup } from './testing/brute-force.js';

/**
 * Laws:
 * - an arrival is decided exactly as the brute-force reference decides it, group and all;
 * - a request that left, by itself or by its deadline, is in no later group;
 * - every request leaves at most once;
 * - among those who wait there is never a group.
 */
const waitersMax = 9;

type Step =
  | { readonly kind: 'arrive'; readonly request: Omit<MatchRequest, 'id'> }
  | { readonly kind: 'leave'; readonly which: number }
  | { readonly kind: 'expire'; readonly by: number };

const arrive: fc.Arbitrary<Step> = fc
  .record({
    event: fc.constantFrom('e', 'e', 'e', 'f'),
    profile,
    mates: fc.constantFrom(0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5),
    deadline: fc.oneof({ weight: 3, arbitrary: fc.constant(Infinity) }, fc.nat(20)),
  })
  .map((request) => ({ kind: 'arrive', request }));
const leave: fc.Arbitrary<Step> = fc.nat(waitersMax).map((which) => ({ kind: 'leave', which }));
const expire: fc.Arbitrary<Step> = fc.nat(3).map((by) => ({ kind: 'expire', by }));
const steps = fc.array(
  fc.oneof({ weight: 8, arbitrary: arrive }, { weight: 1, arbitrary: leave }, { weight: 1, arbitrary: expire }),
  { minLength: 10, maxLength: 60, size: 'max' },
);

describe('the matcher', () => {
  it('decides as the brute-force reference does', () => {
    fc.assert(
      fc.property(steps, (run) => {
        const matcher = new Matcher<MatchRequest>();
        let waiting: MatchRequest[] = [];
        let now = 0;
        const without = (gone: readonly MatchRequest[]): MatchRequest[] => waiting.filter((one) => !gone.includes(one));
        run.forEach((step, i) => {
          if (step.kind === 'arrive') {
            if (waiting.length >= waitersMax) return;
            const request = { id: String(i), ...step.request, deadline: now + step.request.deadline };
            const others = bruteForceGroup(
              waiting.filter(({ event }) => event === request.event),
              request,
            );
            const expected = others ? { kind: 'group', members: [request, ...others] } : { kind: 'wait' };
            expect(matcher.arrive(request)).toEqual(expected);
            waiting = others ? without(others) : [...waiting, request];
          } else if (step.kind === 'leave') {
            const gone = waiting[step.which];
            expect(matcher.leave(gone?.id ?? 'nobody')).toBe(gone);
            waiting = without(gone ? [gone] : []);
          } else {
            now += step.by;
            const expired = waiting.filter(({ deadline }) => deadline <= now);
            const left: MatchRequest[] = [];
            for (let one = matcher.expire(now); one; one = matcher.expire(now)) left.push(one);
            expect(new Set(left)).toEqual(new Set(expired));
            expect(left.map(({ deadline }) => deadline)).toEqual(
              expired.map(({ deadline }) => deadline).sort(ascending),
            );
            waiting = without(expired);
          }
          expect([...matcher.waiting()]).toEqual(waiting);
          expect(matcher.size).toBe(waiting.length);
          expect(matcher.nextDeadline).toBe(Math.min(Infinity, ...waiting.map(({ deadline }) => deadline)));
        });
        expect(bruteForceGroups(waiting)).toEqual([]);
      }),
      propertyRuns(5000),
    );
  });
});

/** Groups among those who wait; there must be none. */
function bruteForceGroups(waiting: readonly MatchRequest[]): MatchRequest[][] {
  const sets: MatchRequest[][] = [[]];
  for (const request of waiting) for (const set of [...sets]) sets.push([...set, request]);
  return sets.filter((set) => set.length > 0 && isGroup(set));
}

function ascending(a: number, b: number): number {
  return a - b;
}
