import { expect, test } from 'vitest';
import type { CpuProfile } from '../profiles.js';
import { drawChart } from './chart.js';
import { flameChart } from './flame-chart.js';

const frame = (functionName: string, url = 'file:///here/own.js') => ({ functionName, url });

/** `outer` calls `inner` at two places, which takes three fourths of its time; most of the time nothing is done. */
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)', ''), children: [2, 5, 6] },
    { id: 2, callFrame: frame('outer'), children: [3, 4] },
    { id: 3, callFrame: frame('inner', 'file:///here/node_modules/other/index.js') },
    { id: 4, callFrame: frame('inner', 'file:///here/node_modules/other/index.js') },
    { id: 5, callFrame: frame('(idle)', '') },
    { id: 6, callFrame: frame('(garbage collector)', '') },
  ],
  samples: [2, 3, 4, 5, 6],
  timeDeltas: [20, 30, 30, 900, 20],
};

const flamesOf = (cpuProfile: CpuProfile) => {
  const { data } = flameChart(cpuProfile, 'a thread') as unknown as { data: { values: readonly object[] } };
  return data.values;
};

test('functions are as wide as their share of the time that the thread was busy', () => {
  expect(flamesOf(profile)).toMatchObject([
    { name: 'outer', kind: 'ours', depth: 0, start: 0, end: 0.8 },
    { name: 'inner', kind: 'other packages', depth: 1, start: 0, end: 0.6 },
    { name: '(garbage collector)', kind: 'garbage collection', depth: 0, start: 0.8, end: 1 },
  ]);
});

test('what would be narrower than a pixel is left out', () => {
  const timeDeltas = [200_000, 30, 30, 0, 20];
  expect(flamesOf({ ...profile, timeDeltas })).toMatchObject([{ name: 'outer' }]);
});

test('a label is as long as there is room', () => {
  const [outer] = flamesOf(profile);
  expect(outer).toMatchObject({ label: 'outer' });
  const long = { ...profile, nodes: profile.nodes.map((node) => ({ ...node, callFrame: frame('x'.repeat(999)) })) };
  expect((flamesOf(long)[0] as { label: string }).label).toHaveLength(166);
});

test('calls are followed thirty deep', () => {
  const nodes = Array.from({ length: 40 }, (_, id) => ({ id, callFrame: frame(`f${id}`), children: [id + 1] }));
  const deep = { nodes: [...nodes, { id: 40, callFrame: frame('f40') }], samples: [40], timeDeltas: [1] };
  expect(flamesOf(deep).at(-1)).toMatchObject({ name: 'f30', depth: 29 });
});

test('it is drawn', async () => {
  const svg = await drawChart(flameChart(profile, 'a thread'));
  for (const text of ['a thread', 'outer', 'inner', '(garbage collector)']) expect(svg).toContain(text);
});
