import { describe, expect, test } from 'vitest';
import { seededPrng } from './prng.js';
import { findCycles, formatCycle } from './wait-graph.js';
import type { WaitView } from './waits.js';

const wait = (who: string, whom: string[], more: Partial<WaitView> = {}): WaitView => ({
  system: 'demo',
  who,
  what: 'x',
  whom,
  mode: 'any',
  since: '2026-01-01T00:00:00.000Z',
  waitedMs: 5,
  until: null,
  ...more,
});
const rings = (...waits: WaitView[]) => findCycles(waits).map(({ parties }) => [...parties].sort().join(' '));

describe('cycles', () => {
  test('there are none in a chain, a diamond or an empty graph', () => {
    expect(rings()).toEqual([]);
    expect(rings(wait('a', ['b']), wait('b', ['c']))).toEqual([]);
    expect(rings(wait('a', ['b', 'c']), wait('b', ['d']), wait('c', ['d']))).toEqual([]);
  });

  test('two parties that wait for each other are one, over two systems too', () => {
    expect(rings(wait('VM', ['CUST'], { system: 'netsync' }), wait('CUST', ['VM'], { system: 'fxp' }))).toEqual([
      'CUST VM',
    ]);
  });

  test('a party that waits for itself is one', () => {
    expect(rings(wait('a', ['a']))).toEqual(['a']);
  });

  test('separate rings are reported separately, one for each group', () => {
    const found = rings(wait('a', ['b']), wait('b', ['a']), wait('c', ['d']), wait('d', ['e']), wait('e', ['c', 'a']));
    expect(found.sort()).toEqual(['a b', 'c d e']);
  });

  test('are in order: each party waits for the next, the last for the first', () => {
    const [cycle] = findCycles([wait('a', ['b']), wait('b', ['c']), wait('c', ['a'])]);
    const { parties, waits } = cycle!;
    parties.forEach((party, i) => {
      expect(waits[i]).toMatchObject({ who: party });
      expect(waits[i]!.whom).toContain(parties[(i + 1) % parties.length]);
    });
  });

  test('a chain longer than any call stack is walked', () => {
    const length = 30_000;
    const chain = Array.from({ length }, (_, i) => wait(`p${i}`, [`p${(i + 1) % length}`]));
    expect(findCycles(chain)[0]?.parties).toHaveLength(length);
    expect(findCycles(chain.slice(1))).toEqual([]);
  });
});

describe('a deadlock', () => {
  const deadlocks = (...waits: WaitView[]) => findCycles(waits).map(({ deadlock }) => deadlock);

  test('is a ring in which nobody can act', () => {
    expect(deadlocks(wait('a', ['b']), wait('b', ['a']))).toEqual([true]);
  });

  test('is none when somebody has another way out', () => {
    expect(deadlocks(wait('a', ['b', 'free']), wait('b', ['a']))).toEqual([false]);
    expect(deadlocks(wait('a', ['b']), wait('a', []), wait('b', ['a']))).toEqual([false]);
  });

  test('is one when somebody needs all, and one of them is stuck', () => {
    expect(deadlocks(wait('a', ['b', 'free'], { mode: 'all' }), wait('b', ['a']))).toEqual([true]);
  });

  test('is none when a wait gives up by itself', () => {
    expect(deadlocks(wait('a', ['b'], { until: '2026-01-01T00:00:10.000Z' }), wait('b', ['a']))).toEqual([false]);
  });
});

test('a ring is found exactly where a walk from somebody leads back, in random graphs', () => {
  const prng = seededPrng(3);
  let withRing = 0;
  for (let run = 0; run < 500; run++) {
    const size = 2 + prng.int(6);
    const waits: WaitView[] = [];
    for (let i = 0; i < size; i++) {
      const whom = Array.from({ length: prng.int(3) }, () => `p${prng.int(size)}`);
      if (whom.length > 0) waits.push(wait(`p${i}`, whom));
    }
    const reach = new Map(waits.map(({ who, whom }) => [who, new Set(whom)]));
    for (let round = 0; round < size; round++) {
      for (const known of reach.values())
        for (const next of [...known]) for (const far of reach.get(next) ?? []) known.add(far);
    }
    const inRing = new Set([...reach].filter(([who, known]) => known.has(who)).map(([who]) => who));
    const found = findCycles(waits);
    expect(found.length > 0).toBe(inRing.size > 0);
    for (const { parties } of found) for (const party of parties) expect(inRing.has(party)).toBe(true);
    // Every party on some ring reaches, and is reached by, a reported one of its group.
    for (const party of inRing) {
      const near = found.some(({ parties }) =>
        parties.some((p) => p === party || (reach.get(party)?.has(p) && reach.get(p)?.has(party))),
      );
      expect(near).toBe(true);
    }
    if (found.length > 0) withRing++;
  }
  expect(withRing).toBeGreaterThan(100);
});

test('is printed as one line', () => {
  const [cycle] = findCycles([wait('VM', ['CUST'], { what: 'a coin' }), wait('CUST', ['VM'], { what: 'chocolate' })]);
  expect(formatCycle(cycle!)).toBe(
    'deadlock: VM waits for CUST (demo: a coin, 5 ms), CUST waits for VM (demo: chocolate, 5 ms)',
  );
});
