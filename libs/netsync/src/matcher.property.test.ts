import { propertyRuns, scaledTimeoutMs } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MatchRequest } from './kind.js';
import { Matcher, type Decision } from './matcher.js';
import type { Profile } from './profile.js';
import { profile, sociableProfile } from './testing/arbitrary-requests.js';
import { anyGroup, bruteForceGroup } from './testing/brute-force.js';

/**
 * Laws, for any sequence of arrivals, cancellations and deadlines with up to nine waiting requests whose selectors use
 * all operators:
 * - an arrival is decided exactly as the brute-force reference decides it, which enumerates all sets of waiting
 *   requests: the same group in the same order, or none;
 * - after every step there is no group among those who wait;
 * - who left, by itself, by its deadline or in a group, leaves once and is in no later group;
 * - so does one that leaves groups of three and more to the exact search alone, which the quick attempt before it would
 *   hide otherwise;
 * - deadlines pass in their order, and those who wait are told in the order of arrival;
 * - the decision depends only on who waits and in which order they came: not on what was searched before, nor on who has
 *   left. So a replay of the same arrivals gives the same groups.
 */
const waitersMax = 9;

type Step =
  | { readonly kind: 'arrive'; readonly request: Omit<MatchRequest, 'id'> }
  | { readonly kind: 'leave'; readonly which: number }
  | { readonly kind: 'expire'; readonly by: number };

const arrivals = (some: fc.Arbitrary<Profile>, mates: readonly number[]): fc.Arbitrary<Step> =>
  fc
    .record({
      event: fc.constantFrom('e', 'e', 'e', 'f'),
      profile: some,
      mates: fc.constantFrom(...mates),
      deadline: fc.oneof({ weight: 3, arbitrary: fc.constant(Infinity) }, fc.nat(20)),
    })
    .map((request) => ({ kind: 'arrive', request }));
const leave: fc.Arbitrary<Step> = fc.nat(waitersMax).map((which) => ({ kind: 'leave', which }));
const expire: fc.Arbitrary<Step> = fc.nat(3).map((by) => ({ kind: 'expire', by }));
const stepsWith = (arrive: fc.Arbitrary<Step>): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof({ weight: 8, arbitrary: arrive }, { weight: 1, arbitrary: leave }, { weight: 1, arbitrary: expire }),
    { minLength: 5, maxLength: 50, size: 'max' },
  );
const steps = fc.oneof(
  { weight: 3, arbitrary: stepsWith(arrivals(profile, [0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5])) },
  // Most of them ask for the same large number of others.
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 4, max: 8 })
      .chain((mates) => stepsWith(arrivals(sociableProfile, [mates, mates, mates, mates, mates, mates - 1]))),
  },
);

type Machine = Pick<Matcher<MatchRequest>, 'arrive' | 'leave' | 'expire' | 'waiting' | 'nextDeadline' | 'size'>;

/** A matcher that takes nobody in turn: everything of three and more is left to the search of the graph. */
const exactOnly = (): Matcher<MatchRequest> => new Matcher({ turnWorkMax: 0 });

/** What happened in a run, so that one can tell that everything was tried. */
class Tally {
  /** By the number of members. */
  readonly groups = new Map<number, number>();
  /** The most that waited at once. */
  waitersMost = 0;
  left = 0;
  expired = 0;
}

/** Plays the steps with matchers and with the reference; throws where they differ. */
function play(run: readonly Step[], machines: readonly Machine[], tally = new Tally()): void {
  let waiting: MatchRequest[] = [];
  let now = 0;
  const remove = (gone: readonly MatchRequest[]): void => {
    waiting = waiting.filter((one) => !gone.includes(one));
  };
  run.forEach((step, i) => {
    if (step.kind === 'arrive') {
      if (waiting.length >= waitersMax) return;
      const request = { id: String(i), ...step.request, deadline: now + step.request.deadline };
      const others = bruteForceGroup(
        waiting.filter(({ event }) => event === request.event),
        request,
      );
      const expected = others ? [request, ...others] : [];
      for (const machine of machines) same('the group', membersOf(machine.arrive(request)), expected);
      if (others) remove(others);
      else waiting.push(request);
      if (others) tally.groups.set(expected.length, (tally.groups.get(expected.length) ?? 0) + 1);
      tally.waitersMost = Math.max(tally.waitersMost, waiting.length);
    } else if (step.kind === 'leave') {
      const gone = waiting[step.which];
      for (const machine of machines) {
        same('who left', [machine.leave(gone?.id ?? 'nobody')], [gone]);
        if (gone) same('who left twice', [machine.leave(gone.id)], [undefined]);
      }
      if (gone) tally.left++;
      remove(gone ? [gone] : []);
    } else {
      now += step.by;
      const expired = waiting.filter(({ deadline }) => deadline <= now);
      for (const machine of machines) {
        const left: MatchRequest[] = [];
        for (let one = machine.expire(now); one; one = machine.expire(now)) left.push(one);
        same('who expired', left.map(({ id }) => id).sort(), expired.map(({ id }) => id).sort());
        const due = left.map(({ deadline }) => deadline);
        same('the order of deadlines', due, due.toSorted(ascending));
      }
      tally.expired += expired.length;
      remove(expired);
    }
    const nextDeadline = Math.min(Infinity, ...waiting.map((one) => one.deadline));
    for (const machine of machines) {
      same('who waits', [...machine.waiting()], waiting);
      same('how many wait', [machine.size], [waiting.length]);
      same('the next deadline', [machine.nextDeadline], [nextDeadline]);
    }
    same('a group left waiting', anyGroup(waiting) ?? [], []);
  });
}

describe('the matcher', () => {
  it(
    'decides as the brute-force reference does',
    () => {
      const tally = new Tally();
      fc.assert(
        fc.property(steps, (run) => play(run, [new Matcher(), exactOnly()], tally)),
        propertyRuns(20_000),
      );
      // A property that tries nothing proves nothing.
      for (const size of [1, 2, 3, 4, 5, 6, 7, 8, 9]) expect(tally.groups.get(size) ?? 0).toBeGreaterThan(0);
      expect(Math.min(tally.left, tally.expired)).toBeGreaterThan(0);
      expect(tally.waitersMost).toBe(waitersMax);
    },
    scaledTimeoutMs(120_000),
  );

  it('decides by who waits and in which order they came, and by nothing else', () => {
    fc.assert(
      fc.property(steps, (run) => {
        const matcher = new Matcher<MatchRequest>();
        let now = 0;
        run.forEach((step, i) => {
          if (step.kind === 'arrive') {
            const request = { id: String(i), ...step.request, deadline: now + step.request.deadline };
            const fresh = new Matcher<MatchRequest>();
            for (const one of matcher.waiting()) same('a group among those who wait', membersOf(fresh.arrive(one)), []);
            same('the group', membersOf(matcher.arrive(request)), membersOf(fresh.arrive(request)));
          } else if (step.kind === 'leave') {
            matcher.leave([...matcher.waiting()][step.which]?.id ?? 'nobody');
          } else {
            now += step.by;
            while (matcher.expire(now));
          }
        });
      }),
      propertyRuns(1000),
    );
  });
});

describe('the property finds a matcher that', () => {
  /** A matcher with a deliberate fault. */
  class FaultyMatcher extends Matcher<MatchRequest> {}

  it.each<[string, () => Machine]>([
    [
      'takes the newest first',
      () =>
        new (class extends FaultyMatcher {
          override arrive(request: MatchRequest): Decision<MatchRequest> {
            const newest = [...this.waiting()].reverse();
            const mate = newest.find((one) => request.mates === 1 && one.mates === 1 && isPair(one, request));
            if (!mate) return super.arrive(request);
            this.leave(mate.id);
            return { kind: 'group', members: [request, mate] };
          }
        })(),
    ],
    [
      'asks only whether the newcomer matches each of them',
      () =>
        new (class extends FaultyMatcher {
          override arrive(request: MatchRequest): Decision<MatchRequest> {
            const matching = [...this.waiting()].filter((one) => one.mates <= request.mates && isPair(one, request));
            if (request.mates < 2 || matching.length < request.mates) return super.arrive(request);
            const others = matching.slice(0, request.mates);
            for (const { id } of others) this.leave(id);
            return { kind: 'group', members: [request, ...others] };
          }
        })(),
    ],
    [
      'overlooks a group now and then',
      () =>
        new (class extends FaultyMatcher {
          #arrivals = 0;
          override arrive(request: MatchRequest): Decision<MatchRequest> {
            return super.arrive(++this.#arrivals % 10 === 0 ? { ...request, mates: request.mates + 50 } : request);
          }
        })(),
    ],
    [
      'counts in somebody who left',
      () =>
        new (class extends FaultyMatcher {
          override leave(id: string): MatchRequest | undefined {
            const left = super.leave(id);
            if (left) super.arrive({ ...left, id: `ghost of ${id}` });
            return left;
          }
        })(),
    ],
  ])('%s', (_fault, makeMachine) => {
    const details = fc.check(
      fc.property(steps, (run) => play(run, [makeMachine()])),
      { ...propertyRuns(2000), endOnFailure: true },
    );
    expect(details.failed).toBe(true);
  });
});

function membersOf(decision: Decision<MatchRequest>): readonly MatchRequest[] {
  if (decision.kind === 'refused') throw new Error('an arrival was refused');
  return decision.kind === 'group' ? decision.members : [];
}

function isPair(one: MatchRequest, other: MatchRequest): boolean {
  return one.event === other.event && one.profile.matches(other.profile);
}

/** As `expect(...).toEqual`, which is too slow to be called some million times. */
function same(what: string, actual: readonly unknown[], expected: readonly unknown[]): void {
  if (actual.length === expected.length && actual.every((one, i) => Object.is(one, expected[i]))) return;
  throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

function ascending(a: number, b: number): number {
  return a - b;
}
