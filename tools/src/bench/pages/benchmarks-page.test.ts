import { expect, test } from 'vitest';
import { spread, type Measured } from '../measure.js';
import type { EntryReport, EntryResult } from '../report.js';
import { benchmarksPage } from './benchmarks-page.js';
import { drawChart, logAxis } from './chart.js';

const latency = { p50: 10, p75: 11, p90: 12, p95: 13, p99: 20, p995: 25, p999: 30, p9999: 40 };

const measured = (contender: string, role: Measured['role'], rates: readonly number[]): Measured => ({
  contender,
  role,
  samples: rates.map((operations) => ({ operations, seconds: 1, latencyUs: latency })),
  rate: spread(rates),
  p50Us: spread([10]),
  figures: {},
});

const result = (entry: Partial<EntryReport>): EntryResult => ({
  machine: { cpu: 'a processor', cores: 2, memoryGiB: 8, os: 'an OS' },
  node: 'v20',
  commit: 'abc1234',
  at: '2026-01-02T03:04:05.000Z',
  command: 'npm run bench -- demo/pairs',
  entry: {
    name: 'demo/pairs',
    question: 'how many?',
    unit: 'pairs',
    results: [measured('ours', 'ours', [100, 120, 110]), measured('theirs', 'peer', [50, 60, 55])],
    skipped: [{ name: 'absent', role: 'peer', skipped: 'it is not installed' }],
    versions: { theirs: '1.2.3' },
    aims: [{ figure: 'rate', of: 'ours', against: 'theirs', ratio: 3, measured: spread([2, 2, 2]), reached: false }],
    ...entry,
  },
});

const page = (entry: Partial<EntryReport>) =>
  benchmarksPage({ title: 'T', introduction: 'I', results: [result(entry)] });

test('an entry has its question, table, aims, what was skipped and how to repeat it', () => {
  const { text } = page({});
  for (const line of [
    '## demo',
    'How many?',
    '| ours | ours | 110 ± 9% | 10.0 ± 0% |',
    '- **missed**: rate of ours is 2.00x (2.00x to 2.00x) that of theirs (aim: at least 3x)',
    '- absent was skipped: it is not installed',
    '`npm run bench -- demo/pairs`, 2026-01-02, commit abc1234; a processor, 2 cores, 8 GiB, an OS, Node v20, theirs 1.2.3.',
  ])
    expect(text.split('\n')).toContain(line);
});

test('rates and latencies have a chart each, unless the rate was given', () => {
  expect([...page({}).charts.keys()]).toEqual(['demo-pairs-rate.svg', 'demo-pairs-latency.svg']);
  expect([...page({ isRateGiven: true }).charts.keys()]).toEqual(['demo-pairs-latency.svg']);
  expect(page({}).text).toContain('![rate of demo/pairs](charts/demo-pairs-rate.svg)');
});

test('an entry that asks for another figure than the rate has bars of it', async () => {
  const costs = { 'heap bytes per waiter': spread([700]) };
  const results = [{ ...measured('ours', 'ours', [100]), figures: costs }, measured('theirs', 'peer', [50])];
  const { charts } = page({ barFigure: 'heap bytes per waiter', results });
  expect([...charts.keys()]).toEqual(['demo-pairs-cost.svg', 'demo-pairs-latency.svg']);
  const svg = await drawChart(charts.get('demo-pairs-cost.svg')!);
  expect(svg).toContain('heap bytes per waiter');
  expect(svg).toContain('>700<');
  expect(svg).not.toContain('theirs');
});

test('a page opens with its systems, their entries and who misses an aim', () => {
  const { text } = page({});
  expect(text).toContain('| [demo](#demo) | [pairs](#demopairs) | 0 of 1 | [pairs](#demopairs) |');
  expect(page({ aims: [] }).text).toContain('| [demo](#demo) | [pairs](#demopairs) |\n');
});

test('a logarithmic axis begins and ends at marks around its values', () => {
  expect(logAxis([0.8, 1600])).toEqual({
    domain: [0.5, 2000],
    marks: [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000],
  });
  expect(logAxis([3, 4]).domain).toEqual([2, 5]);
  expect(logAxis([10, 10]).domain).toEqual([10, 20]);
  expect(logAxis([1, 2_000_000]).marks).toEqual([1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000]);
});

test('an entry that could not run says why and has no chart', () => {
  const { text, charts } = page({ skippedWhole: 'no redis-server', results: [], aims: [], skipped: [] });
  expect(text).toContain('Not measured: no redis-server');
  expect(charts.size).toBe(0);
});

test('a bar of rates is drawn with its label', async () => {
  const spec = page({}).charts.get('demo-pairs-rate.svg');
  const svg = await drawChart(spec!);
  for (const text of ['ours', 'theirs', 'pairs per second', '>110<', '>55.0<']) expect(svg).toContain(text);
});

test('latencies are drawn as a curve for each contender, up to the tail', async () => {
  const spec = page({}).charts.get('demo-pairs-latency.svg');
  const svg = await drawChart(spec!);
  for (const text of ['99.99 %', 'microseconds', 'theirs']) expect(svg).toContain(text);
});

test('what grows with the amount of work is drawn over it, a curve for each series', async () => {
  const at = (series: string, x: number, rate: number): Measured => ({
    ...measured(`${series} ${x}`, 'ours', [rate]),
    cpuUs: spread([1e6 / rate]),
    at: { series, x },
  });
  const { charts } = page({
    scale: { axis: 'waiters', figure: 'cpu' },
    results: [at('near', 0, 10), at('near', 1000, 9), at('far', 0, 5), at('far', 1000, 4)],
  });
  expect([...charts.keys()]).toEqual(['demo-pairs-scale.svg']);
  const svg = await drawChart(charts.get('demo-pairs-scale.svg')!);
  for (const text of ['waiters', '>1k<', 'near', 'far', 'CPU us per operation']) expect(svg).toContain(text);
});
