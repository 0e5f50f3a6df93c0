import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KindIndex } from './kind-index.js';
import { Kind, Waiter, type MatchRequest } from './kind.js';
import type { Profile } from './profile.js';
import { edgeProfile, orderedProfile, profile } from './testing/arbitrary-requests.js';
import { makeRequest } from './testing/make-request.js';

/** Enough kinds that searches reject many of them, so that buckets get divided. */
const kindsMax = 300;

type Step =
  | { readonly kind: 'add'; readonly profile: Profile; readonly count: number }
  | { readonly kind: 'removeOldest'; readonly which: number }
  | { readonly kind: 'search'; readonly newcomer: Profile };

const stepsWith = (some: fc.Arbitrary<Profile>): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof<fc.Arbitrary<Step>[]>(
      fc.record({ kind: fc.constant('add'), profile: some, count: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('removeOldest'), which: fc.nat() }),
      fc.record({ kind: fc.constant('search'), newcomer: some }),
      fc.record({ kind: fc.constant('search'), newcomer: some }),
    ),
    { size: 'max', minLength: 200, maxLength: 3 * kindsMax },
  );

/**
 * Laws: a search of the index finds exactly the kinds that match, and as the oldest one the one whose oldest waiter
 * came first, whatever was added, removed and searched before.
 */
describe('the index of kinds', () => {
  it.each([
    ['of few different profiles', profile],
    ['that refuse each other for reasons of their own', orderedProfile],
    ['that refuse each other by numbers at the ends of what counts as one', edgeProfile],
  ])('finds what looking at every kind finds, %s', (_how, some) => {
    fc.assert(
      fc.property(stepsWith(some), (run) => {
        const index = new KindIndex<MatchRequest>();
        const kinds: Kind[] = [];
        let arrivals = 0;
        for (const step of run) {
          if (step.kind === 'add') {
            // Kinds of equal profiles are allowed, so that there are many.
            const kind = new Kind(step.profile, 1);
            for (let i = 0; i < step.count; i++) {
              const id = String(arrivals);
              kind.append(
                new Waiter({ id, event: 'e', profile: step.profile, mates: 1, deadline: Infinity }, arrivals++),
              );
            }
            kinds.push(kind);
            index.add(kind);
          } else if (step.kind === 'removeOldest') {
            const at = step.which % Math.max(1, kinds.length);
            const kind = kinds[at];
            if (!kind?.oldest) continue;
            kind.remove(kind.oldest);
            if (kind.size > 0) {
              index.grown(kind);
            } else {
              index.remove(kind);
              kinds.splice(at, 1);
            }
          } else {
            const matching = kinds.filter((kind) => kind.profile.matches(step.newcomer));
            const found: Kind[] = [];
            index.some(step.newcomer, (kind) => found.push(kind) < 0);
            expect(found.length).toBe(matching.length);
            expect(new Set(found)).toEqual(new Set(matching));
            matching.sort((a, b) => a.order - b.order);
            expect(index.oldest(step.newcomer)).toBe(matching[0]);
          }
        }
      }),
      propertyRuns(30),
    );
  });

  it('stays right when so much was set apart that it begins anew', () => {
    const index = new KindIndex<MatchRequest>();
    const kinds = Array.from({ length: 200 }, (_, i) => {
      const request = { ...makeRequest(`w${i}`), id: `${i}` };
      const kind = new Kind(request.profile, 1);
      kind.append(new Waiter(request, i));
      index.add(kind);
      return kind;
    });
    const found = (newcomer: Profile): Set<Kind> => {
      const all: Kind[] = [];
      index.some(newcomer, (kind) => all.push(kind) < 0);
      expect(new Set(all).size).toBe(all.length);
      return new Set(all);
    };
    // Everybody lacks what each of them wants, so each time all are set apart, within what was set apart before.
    for (let i = 0; i < 100; i++) expect(found(makeRequest('n', { selector: `wanted-${i}` }).profile).size).toBe(0);
    expect(found(makeRequest('w7').profile)).toEqual(new Set(kinds.filter((_, i) => i !== 7)));
    expect(index.oldest(makeRequest('w0').profile)).toBe(kinds[1]);
    for (const kind of kinds.splice(0, 150)) index.remove(kind);
    expect(found(makeRequest('n').profile)).toEqual(new Set(kinds));
  });
});
