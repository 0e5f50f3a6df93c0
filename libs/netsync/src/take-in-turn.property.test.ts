import { parseLabels, parseSelector } from '@syncytium/selector-parser';
import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kind, Waiter, type MatchRequest } from './kind.js';
import { Profile } from './profile.js';
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

  const crowdOf = (
    kinds: number,
    each: number,
    textOf: (i: number) => [labels: string, selector: string],
  ): Waiter[] => {
    const made = Array.from({ length: kinds }, (_, i) => {
      const [labels, selector] = textOf(i);
      return new Kind<MatchRequest>(new Profile(parseLabels(labels), parseSelector(selector)), 2);
    });
    return Array.from({ length: kinds * each }, (_, i) => {
      const kind = made[i % kinds]!;
      const request = { id: `${i}`, event: 'e', profile: kind.profile, mates: 2, deadline: Infinity };
      const waiter = new Waiter<MatchRequest>(request, i);
      kind.append(waiter);
      return waiter;
    });
  };
  const used = (waiters: readonly Waiter[], need: number): number => {
    const work = { left: 1e9 };
    takeInTurn(waiters, need, work);
    return 1e9 - work.left;
  };

  it('are none when it is too much work', () => {
    const waiters = crowdOf(100, 1, (i) => [`a=w${i}`, `a!=w${i}`]);
    const enough = used(waiters, 50);
    expect(takeInTurn(waiters, 50, { left: enough })).toEqual(waiters.slice(0, 50));
    expect(takeInTurn(waiters, 50, { left: enough >> 1 })).toBeUndefined();
    expect(takeInTurn(waiters, 50, { left: 0 })).toBeUndefined();
  });

  it('are as much work as they are kinds, however many there are', () => {
    const few = used(
      crowdOf(5, 2, () => ['a=x', 'a!=y']),
      10,
    );
    const many = used(
      crowdOf(5, 200, () => ['a=x', 'a!=y']),
      1000,
    );
    expect(few).toBeGreaterThan(0);
    expect(many).toBe(few);
  });

  it('are given up as soon as those who are left are too few', () => {
    const lonely = crowdOf(1000, 1, (i) => [`a=w${i},camp=x`, 'camp!=x']);
    // The first is taken, the next three are not: whoever comes then, there are 997 at most.
    expect(used(lonely, 998)).toBeLessThan(used(lonely, 2) / 100);
    expect(takeInTurn(lonely, 998, { left: 1e9 })).toBeUndefined();
  });

  it('are work in proportion to them, and to the values that they ask for', () => {
    const refusing = (count: number): Waiter[] => crowdOf(count, 1, (i) => [`a=w${i}`, `a!=w${i}`]);
    const linear = used(refusing(1000), 1000) / used(refusing(100), 100);
    expect(linear).toBeGreaterThan(8);
    expect(linear).toBeLessThan(12);
    const list = (count: number): string => Array.from({ length: count }, (_, j) => `v${j}`).join(',');
    const listing = (operator: string, count: number): Waiter[] =>
      crowdOf(50, 1, (i) => [`a=${operator === 'in' ? 'v0' : 'other'}`, `a ${operator} (${list(count)},u${i})`]);
    for (const operator of ['in', 'notin'])
      expect(used(listing(operator, 200), 50)).toBeGreaterThan(10 * used(listing(operator, 2), 50));
  });
});
