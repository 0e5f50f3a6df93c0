import { seededPrng } from '@syncytium/kit';
import { parseLabels, parseSelector } from '@syncytium/selector-parser';
import { describe, expect, it, vi } from 'vitest';
import type { MatchRequest } from './kind.js';
import { Matcher } from './matcher.js';
import { Profile } from './profile.js';
import { makeRequest } from './testing/make-request.js';

/** Arrivals in order; for each the actors of the group it completed, or what else became of it. */
function replay(requests: readonly ReturnType<typeof makeRequest>[]): string[] {
  const matcher = new Matcher<ReturnType<typeof makeRequest>>();
  return requests.map((request) => {
    const decision = matcher.arrive(request);
    return decision.kind === 'group' ? decision.members.map(({ actor }) => actor).join(' ') : decision.kind;
  });
}

describe('a group', () => {
  it('is made of two with one mate each', () => {
    expect(replay([makeRequest('a'), makeRequest('b')])).toEqual(['wait', 'b a']);
  });

  it('needs the same event', () => {
    expect(replay([makeRequest('a'), makeRequest('b', { event: 'f' })])).toEqual(['wait', 'wait']);
  });

  it('needs everybody to match everybody, not only the newcomer', () => {
    const requests = [
      makeRequest('a', { mates: 2, labels: 'actor=a', selector: 'actor notin (a,b)' }),
      makeRequest('b', { mates: 2 }),
      makeRequest('c', { mates: 2 }),
      makeRequest('d', { mates: 2 }),
    ];
    expect(replay(requests)).toEqual(['wait', 'wait', 'wait', 'd a c']);
  });

  it('of three waits for the third', () => {
    const requests = ['a', 'b', 'c'].map((actor) => makeRequest(actor, { mates: 2 }));
    expect(replay(requests)).toEqual(['wait', 'wait', 'c a b']);
  });

  it('has as many members as the one who asks for most', () => {
    const requests = [makeRequest('a', { mates: 2 }), makeRequest('b'), makeRequest('c', { mates: 2 })];
    expect(replay(requests)).toEqual(['wait', 'wait', 'c a b']);
  });

  it('of nobody else is the answer to zero mates', () => {
    expect(replay([makeRequest('a'), makeRequest('b', { mates: 0 })])).toEqual(['wait', 'b']);
  });

  it('is the smallest there is, however long a larger one has waited', () => {
    const requests = [
      makeRequest('barrier1', { mates: 2 }),
      makeRequest('barrier2', { mates: 2 }),
      makeRequest('pair1', { selector: 'actor=pair2' }),
      makeRequest('pair2'),
    ];
    expect(replay(requests)).toEqual(['wait', 'wait', 'wait', 'pair2 pair1']);
  });

  it('is not kept from syncing by one that asks for very many', () => {
    expect(replay([makeRequest('huge', { mates: 9999 }), makeRequest('a'), makeRequest('b')])).toEqual([
      'wait',
      'wait',
      'b a',
    ]);
  });

  it('is the oldest of its size', () => {
    const requests = [
      makeRequest('w1', { selector: 'actor=boss' }),
      makeRequest('w2', { selector: 'actor=boss' }),
      makeRequest('w3', { selector: 'actor=boss' }),
      makeRequest('boss'),
      makeRequest('boss'),
    ];
    expect(replay(requests)).toEqual(['wait', 'wait', 'wait', 'boss w1', 'boss w2']);
  });

  it('counts the oldest first also among larger groups', () => {
    const requests = [
      makeRequest('a', { mates: 2, selector: 'actor in (d,e)' }),
      makeRequest('b', { mates: 2, selector: 'actor in (c,e)' }),
      makeRequest('c', { mates: 2, selector: 'actor in (b,e)' }),
      makeRequest('d', { mates: 2, selector: 'actor in (a,e)' }),
      makeRequest('e', { mates: 2 }),
    ];
    expect(replay(requests)).toEqual(['wait', 'wait', 'wait', 'wait', 'e a d']);
  });
});

describe('a request that left', () => {
  it('is in no group', () => {
    const matcher = new Matcher();
    const gone = makeRequest('a');
    matcher.arrive(gone);
    expect(matcher.leave(gone.id)).toBe(gone);
    expect(matcher.leave(gone.id)).toBeUndefined();
    expect(matcher.arrive(makeRequest('b'))).toEqual({ kind: 'wait' });
  });

  it('by its deadline leaves by the earliest deadline first', () => {
    const matcher = new Matcher();
    const late = makeRequest('a', { deadline: 20 });
    const early = makeRequest('a', { deadline: 10 });
    for (const request of [late, early, makeRequest('a')]) matcher.arrive(request);
    expect(matcher.nextDeadline).toBe(10);
    expect(matcher.expire(9)).toBeUndefined();
    expect([matcher.expire(20), matcher.expire(20), matcher.expire(20)]).toEqual([early, late, undefined]);
    expect(matcher.size).toBe(1);
    expect(matcher.nextDeadline).toBe(Infinity);
  });
});

describe('the work for a pair', () => {
  const waitersCount = 20_000;
  const make = (labels: string, selector: string, mates = 1, i = 0): MatchRequest => ({
    id: `${labels}${selector}${i}`,
    event: 'e',
    mates,
    deadline: Infinity,
    profile: new Profile(parseLabels(labels), parseSelector(selector)),
  });

  it.each<[string, (i: number) => MatchRequest, { labels?: string; selector?: string }?]>([
    ['want somebody else', (i) => make(`actor=w${i}`, 'actor=nobody')],
    ['each want another one', (i) => make(`actor=w${i}`, `actor=x${i}`)],
    ['each want one of two others', (i) => make(`actor=w${i}`, `actor in (x${i},y${i})`)],
    ['want a label that the pair lacks', (i) => make(`actor=w${i}`, `age>${i}`)],
    ['have a label that the pair refuses', (i) => make(`actor=w${i},tier=bad`, 'tier!=bad')],
    ['refuse the pair by name', (i) => make(`actor=w${i},camp=x`, `camp!=x,actor notin (A,B),actor!=w${i}`)],
    [
      'are of both sorts',
      (i) => (i % 2 ? make(`actor=w${i}`, 'actor=nobody') : make(`actor=w${i},tier=bad`, 'tier!=bad')),
    ],
    [
      'have either of two labels that the pair refuses',
      (i) => make(`actor=w${i},${i % 2 ? 'tier' : 'zone'}=bad`, 'tier!=bad,zone!=bad'),
    ],
    ['are all of one kind', (i) => make('actor=w', 'actor!=w,actor!=A,actor!=B', 1, i)],
    ['ask for too many mates', (i) => make(`actor=w${i}`, `actor!=w${i}`, 100_000)],
    ['ask for two mates and refuse each other', (i) => make(`actor=w${i},tier=bad`, 'tier!=bad', 2)],
    ['each stand for an order of their own', (i) => make(`actor=w${i},order=o${i}`, `order=o${i},actor!=w${i}`)],
    ['each have a list of whom they refuse', (i) => make(`actor=w${i},camp=pair`, `camp notin (pair,x${i})`)],
    ['each want more than the pair has', (i) => make(`actor=w${i}`, `price>${i + 1}`)],
    ['each want less than the pair has', (i) => make(`actor=w${i}`, `price<${i}`), { labels: 'price=20000' }],
    ['each want a price of their own', (i) => make(`actor=w${i}`, `price>${2 * i},price<${2 * i + 2}`)],
    [
      'each have less than the pair wants',
      (i) => make(`actor=w${i},n=${i}`, '!n'),
      { selector: 'n>20000', labels: 'n=20001' },
    ],
    [
      'each have more than the pair wants',
      (i) => make(`actor=w${i},n=${i + 1}`, '!n'),
      { selector: 'n<1', labels: 'n=0' },
    ],
    ['lack what the pair wants', (i) => make(`actor=w${i}`, 'flag'), { selector: 'flag', labels: 'flag=1' }],
    ['refuse the pair in many ways', (i) => make(`actor=w${i},camp=pair`, `camp!=pair,x${i % 50}!=y`)],
  ])('does not grow with waiters that %s', (_how, makeWaiter, own = {}) => {
    const matcher = new Matcher();
    for (let i = 0; i < waitersCount; i++) expect(matcher.arrive(makeWaiter(i)).kind).toBe('wait');
    const { labels = 'price=0', selector = '' } = own;
    const pair = (actor: string): MatchRequest =>
      make(`actor=${actor},camp=pair,${labels}`, `actor!=${actor},tier!=bad,zone!=bad${selector && ','}${selector}`);
    const sync = (): void => {
      expect(matcher.arrive(pair('A'))).toEqual({ kind: 'wait' });
      expect(matcher.arrive(pair('B')).kind).toBe('group');
    };
    // The first searches teach the index what these waiters have in common.
    for (let i = 0; i < 20; i++) sync();
    const matches = vi.spyOn(Profile.prototype, 'matches');
    sync();
    expect(matches.mock.calls.length).toBeLessThan(200);
    matches.mockRestore();
    expect(matcher.size).toBe(waitersCount);
  });
});

describe('the search for large groups', () => {
  it('finds a barrier of a thousand', () => {
    const requests = Array.from({ length: 1000 }, (_, i) => makeRequest(`a${i}`, { mates: 999 }));
    expect(replay(requests).at(-1)).toBe(['a999', ...requests.slice(0, -1).map(({ actor }) => actor)].join(' '));
  });

  it('refuses an arrival rather than to answer wrongly when it is too hard', () => {
    const matcher = new Matcher({ searchWordsMax: 10_000 });
    const prng = seededPrng(1);
    const decisions = Array.from({ length: 200 }, (_, i) => {
      // Half of all pairs refuse each other, by chance.
      const refused = Array.from({ length: i }, (__, j) => j).filter(() => prng.int(2) === 0);
      const selector = [i, ...refused].map((j) => `a${j}`).join(',');
      return matcher.arrive(makeRequest(`a${i}`, { mates: 12, selector: `actor notin (${selector})` })).kind;
    });
    expect(decisions).toContain('refused');
    expect(matcher.size).toBe(decisions.filter((kind) => kind === 'wait').length);
  });
});
