import { seededPrng } from '@syncytium/kit';
import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setBit, wordCount } from './bitset.js';
import { findClique } from './find-clique.js';
import { Waiter, type MatchRequest } from './kind.js';
import type { MatchGraph } from './match-graph.js';
import { makeRequest } from './testing/make-request.js';

type Edges = ReadonlySet<string>;

/** Graphs as sets of joined pairs, from sparse ones to all but complete ones. */
const graphs = fc
  .record({
    count: fc.integer({ min: 1, max: 40 }),
    density: fc.constantFrom(0.2, 0.5, 0.8, 0.95),
    seed: fc.integer(),
  })
  .map(({ count, density, seed }) => {
    const prng = seededPrng(seed);
    const edges = new Set<string>();
    for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) if (prng.float() < density) edges.add(`${j} ${i}`);
    return { count, edges };
  });

function graphOf(count: number, edges: Edges): MatchGraph<MatchRequest> {
  const empty = () => Array.from({ length: count }, () => new Uint32Array(wordCount(count)));
  const matching = empty();
  const sameKind = empty();
  for (let i = 0; i < count; i++) {
    setBit(sameKind[i]!, i);
    for (let j = 0; j < count; j++) if (edges.has(`${Math.min(i, j)} ${Math.max(i, j)}`)) setBit(matching[i]!, j);
  }
  const waiters = Array.from({ length: count }, (_, i) => new Waiter<MatchRequest>(makeRequest(`a${i}`), i));
  return { waiters, matching, sameKind };
}

/** The first clique in the order of numbers, by trying them all in that order. */
function firstClique(edges: Edges, candidates: readonly number[], need: number): number[] | undefined {
  if (need === 0) return [];
  for (const [at, one] of candidates.entries()) {
    const rest = firstClique(
      edges,
      candidates.slice(at + 1).filter((other) => edges.has(`${one} ${other}`)),
      need - 1,
    );
    if (rest) return [one, ...rest];
  }
  return undefined;
}

describe('the search for a clique', () => {
  /** Law: with a budget that suffices, the answer is that of trying all; with less, it is that or `exhausted`. */
  it('gives the first one of all there are, or none, or says that it cannot tell', () => {
    let exhausted = 0;
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 6 }), fc.nat(2000), ({ count, edges }, need, words) => {
        const graph = graphOf(count, edges);
        const all = Array.from({ length: count }, (_, i) => i);
        const expected = firstClique(edges, all, need);
        const found = findClique(graph, need, { words: 1e9 });
        expect(found === 'exhausted' ? found : found?.map(({ order }) => order)).toEqual(expected);
        const hurried = findClique(graph, need, { words });
        if (hurried === 'exhausted') exhausted++;
        else expect(hurried).toEqual(found);
      }),
      propertyRuns(1000),
    );
    expect(exhausted).toBeGreaterThan(0);
  });

  const edgesOf = (pairs: Iterable<readonly [number, number]>): Set<string> =>
    new Set([...pairs].map(([i, j]) => `${Math.min(i, j)} ${Math.max(i, j)}`));
  const allOf = (members: readonly number[]): [number, number][] =>
    members.flatMap((i) => members.filter((j) => j < i).map((j): [number, number] => [j, i]));
  const orders = (found: ReturnType<typeof findClique>): unknown =>
    Array.isArray(found) ? found.map(({ order }) => order) : found;

  it('takes none of the budget where the first attempt succeeds', () => {
    const everybody = Array.from({ length: 70 }, (_, i) => i);
    const budget = { words: 0 };
    expect(orders(findClique(graphOf(70, edgesOf(allOf(everybody))), 60, budget))).toEqual(everybody.slice(0, 60));
    expect(budget.words).toBe(0);
  });

  it('takes it for every further attempt, and ends when it is used up', () => {
    // The oldest matches the next three, who refuse each other; then come four of which all match.
    const pairs = [
      ...allOf([4, 5, 6, 7]),
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 4],
      [1, 5],
      [2, 4],
      [2, 5],
      [3, 4],
      [3, 5],
    ] as const;
    const graph = graphOf(8, edgesOf(pairs));
    const budget = { words: 1000 };
    expect(orders(findClique(graph, 4, budget))).toEqual([4, 5, 6, 7]);
    expect(budget.words).toBeLessThan(1000);
    expect(budget.words).toBeGreaterThan(0);
    expect(findClique(graph, 4, { words: 0 })).toBe('exhausted');
    expect(orders(findClique(graph, 4, { words: 1000 - budget.words }))).toEqual([4, 5, 6, 7]);
  });

  it('leaves out at once who matches too few, and then who matches too few without them', () => {
    // A chain of older ones, each with two neighbours, of which the youngest falls first, and so on to the oldest.
    const chain = Array.from({ length: 7 }, (_, i): [number, number] => [i, i + 1]);
    const across = Array.from({ length: 6 }, (_, i): [number, number] => [i, i + 2]);
    const graph = graphOf(12, edgesOf([...chain, ...across.slice(0, 5), ...allOf([8, 9, 10, 11])]));
    // As those have it who are of a kind that matches itself.
    for (const [i, bits] of graph.matching.entries()) setBit(bits, i);
    const budget = { words: 0 };
    expect(orders(findClique(graph, 4, budget))).toEqual([8, 9, 10, 11]);
    expect(budget.words).toBe(0);
  });
});
