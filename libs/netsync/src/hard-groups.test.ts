import { describe, expect, it } from 'vitest';
import { Matcher, type MatcherOptions } from './matcher.js';
import { makeRequest } from './testing/make-request.js';

type Request = ReturnType<typeof makeRequest>;

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `w${i}`);

/**
 * A matcher in which `count` requests want `mates` others each; `refuses` says whom one refuses besides itself. A
 * newcomer that matches everybody decides then whether there is a group.
 */
function waitingThat(
  count: number,
  mates: number,
  refuses: (i: number) => readonly number[],
  options?: MatcherOptions,
): Matcher<Request> {
  const matcher = new Matcher<Request>(options);
  for (const [i, name] of names(count).entries()) {
    const refused = [i, ...refuses(i)].map((j) => `w${j}`);
    const decision = matcher.arrive(makeRequest(name, { mates, selector: `actor notin (${refused.join(',')})` }));
    // Nothing is decided before the newcomer comes; hard ones may be refused where little work is allowed.
    expect(decision.kind).not.toBe('group');
  }
  return matcher;
}

/** Whom one refuses where each five stand in a ring: its neighbours there. */
function ringMates(i: number): number[] {
  const start = i - (i % 5);
  return [1, 4].map((step) => start + ((i - start + step) % 5));
}

/** The others in the newcomer's group, by number; or what became of it without. */
function arrive(matcher: Matcher<Request>, mates: number): string | number[] {
  const decision = matcher.arrive(makeRequest('newcomer', { mates }));
  if (decision.kind !== 'group') return decision.kind;
  const [newcomer, ...others] = decision.members;
  expect(newcomer?.actor).toBe('newcomer');
  return others.map(({ actor }) => Number(actor.slice(1)));
}

describe('a group is found exactly among', () => {
  it('pairs of which each refuses its other half: one of each pair, the older', () => {
    const pairs = 150;
    const other = (i: number): number[] => [i ^ 1];
    expect(arrive(waitingThat(2 * pairs, pairs, other), pairs)).toEqual(Array.from({ length: pairs }, (_, i) => 2 * i));
    // With one more there is none, and that is proved, not given up.
    expect(arrive(waitingThat(2 * pairs, pairs + 1, other), pairs + 1)).toBe('wait');
  });

  it('rings of five, of which at most two match, joined with each other', () => {
    const rings = 4;
    const members = arrive(waitingThat(5 * rings, 2 * rings, ringMates), 2 * rings) as number[];
    expect(members.length).toBe(2 * rings);
    for (const i of members) for (const j of members) expect(ringMates(i)).not.toContain(j);
    expect(arrive(waitingThat(5 * rings, 2 * rings + 1, ringMates), 2 * rings + 1)).toBe('wait');
  });

  it('a crowd that all but matches: who refuses one of the older ones stays behind', () => {
    // Every tenth refuses the one before it.
    const matcher = waitingThat(400, 360, (i) => (i % 10 === 9 ? [i - 1] : []));
    const expected = Array.from({ length: 400 }, (_, i) => i).filter((i) => i % 10 !== 9);
    expect(arrive(matcher, 360)).toEqual(expected);
  });

  it('very many mates, of whom one refuses one: it takes one more', () => {
    const mates = 1500;
    const matcher = waitingThat(mates, mates, (i) => (i === 700 ? [701] : []));
    expect(arrive(matcher, mates)).toBe('wait');
    const late = matcher.arrive(makeRequest('late', { mates }));
    expect(late.kind === 'group' && late.members.length).toBe(mates + 1);
    expect([...matcher.waiting()].map(({ actor }) => actor)).toEqual(['w701']);
  });

  it('thousands of kinds that refuse each other, but for three', () => {
    const matcher = new Matcher<Request>();
    const wanted = new Set([17, 1234, 2999]);
    for (const [i, name] of names(3000).entries()) {
      const [labels, selector] = wanted.has(i)
        ? [`actor=${name},camp=own`, 'camp!=x']
        : [`actor=${name},camp=x,n=${i}`, `camp!=x,n!=${i}`];
      matcher.arrive(makeRequest(name, { mates: 3, labels, selector }));
    }
    const group = matcher.arrive(makeRequest('newcomer', { mates: 3 }));
    expect(group.kind === 'group' && group.members.map(({ actor }) => actor)).toEqual([
      'newcomer',
      'w17',
      'w1234',
      'w2999',
    ]);
  });

  it('thousands of kinds of which no two match, without giving up', () => {
    const lonely = new Matcher<Request>();
    for (const name of names(5000))
      lonely.arrive(makeRequest(name, { mates: 2, labels: `actor=${name},camp=x`, selector: 'camp!=x' }));
    expect(arrive(lonely, 2)).toBe('wait');
    expect(lonely.size).toBe(5001);
  });
});

describe('where the search is too hard', () => {
  /** To see that each ring has no more than two members for a group takes for ever: three of each seem possible. */
  const rings = 14;
  const hard = (): Matcher<Request> => waitingThat(5 * rings, 2 * rings + 1, ringMates, { searchWordsMax: 2 ** 16 });

  it('the newcomer is refused, and nothing else changes', () => {
    const matcher = hard();
    const before = [...matcher.waiting()];
    expect(arrive(matcher, 2 * rings + 1)).toBe('refused');
    expect(arrive(matcher, 2 * rings + 1)).toBe('refused');
    expect([...matcher.waiting()]).toEqual(before);
  });

  it('pairs and easy groups beside it are found as ever', () => {
    const matcher = hard();
    expect(arrive(matcher, 2 * rings + 1)).toBe('refused');
    const before = matcher.size;
    const pair = ['p', 'q'].map((name) =>
      matcher.arrive(makeRequest(name, { selector: `actor in (p,q),actor!=${name}` })),
    );
    expect(pair.map(({ kind }) => kind)).toEqual(['wait', 'group']);
    const three = ['x', 'y', 'z'].map((name) =>
      matcher.arrive(makeRequest(name, { mates: 2, selector: `actor in (x,y,z),actor!=${name}` })),
    );
    expect(three.map(({ kind }) => kind)).toEqual(['wait', 'wait', 'group']);
    expect(matcher.size).toBe(before);
  });

  it('so is one for which too many sizes would have to be tried, but pairs are found as ever', () => {
    const matcher = new Matcher<Request>();
    // All refuse each other, and every size is what somebody asks for.
    for (const [i, name] of names(2000).entries())
      matcher.arrive(makeRequest(name, { mates: 2 + (i >> 1), labels: `actor=${name},camp=x`, selector: 'camp!=x' }));
    expect(arrive(matcher, 1)).toBe('refused');
    expect(matcher.size).toBe(2000);
    const pair = ['p', 'q'].map((name) =>
      matcher.arrive(makeRequest(name, { selector: `actor in (p,q),actor!=${name}` })),
    );
    expect(pair.map(({ kind }) => kind)).toEqual(['wait', 'group']);
  });
});
