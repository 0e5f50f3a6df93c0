import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EntryResult } from '../report.js';
import { benchmarksPage, type PageOptions } from './benchmarks-page.js';
import { drawChart } from './chart.js';

/** Pages that are made of results: which entries each shows, and what it says above them. */
const pages: readonly (Omit<PageOptions, 'results'> & { file: string; shows: (result: EntryResult) => boolean })[] = [
  {
    file: 'benchmarks.md',
    title: 'Benchmarks',
    introduction: [
      'Made by `npm run bench` from `bench/results`; do not edit. Every entry runs its contenders in turn, round by round, in',
      'one run, so that a slow minute of the machine meets all of them: compare within a table, not between tables. Figures',
      'are medians of the rounds, with the farthest round as ±; bars have whiskers from the least round to the most. CPU is',
      'user and system time of the processes under test, per operation. Aims are ratios of rounds that ran one after the',
      'other. What was tried, kept and dropped to get here, and what is in the way: [performance](performance.md). How cost',
      'grows with work: [scaling](scaling.md).',
    ].join('\n'),
    shows: ({ entry }) => entry.scale === undefined,
  },
  {
    file: 'scaling.md',
    title: 'Scaling',
    introduction: [
      'Made by `npm run bench` from `bench/results`; do not edit. What grows along each axis, and what it costs: medians of',
      'rounds that ran in turn in one run, bars from the least round to the most. What gives out first:',
      '[where one machine ends](one-machine.md).',
    ].join('\n'),
    shows: ({ entry }) => entry.scale !== undefined,
  },
];

/** Writes the pages and their charts, and takes away charts that no page shows any more. */
export async function writePages(docs: string, results: readonly EntryResult[]): Promise<void> {
  const folder = join(docs, 'charts');
  mkdirSync(folder, { recursive: true });
  const shown = new Set<string>();
  for (const { file, shows, ...page } of pages) {
    const { text, charts } = benchmarksPage({ ...page, results: results.filter(shows) });
    writeFileSync(join(docs, file), text);
    for (const [name, spec] of charts) {
      writeFileSync(join(folder, name), await drawChart(spec));
      shown.add(name);
    }
  }
  for (const name of readdirSync(folder)) if (!shown.has(name)) rmSync(join(folder, name));
}
