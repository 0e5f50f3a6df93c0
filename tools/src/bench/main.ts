import { join } from 'node:path';
import { defineCommand, integer, runProgram, text, toggle, type ProgramSpec } from '@syncytium/program';
import { SkipError, type BenchEntry } from './entry.js';
import { entries } from './entries/index.js';
import { measure, type MeasureOptions } from './measure.js';
import { writePages } from './pages/write-pages.js';
import { describeRun, formatEntry, judge, type EntryReport } from './report.js';
import { readResults, writeResult } from './results.js';

const root = join(import.meta.dirname, '../../..');
const published = join(root, 'bench/results');

const bench = defineCommand({
  summary: 'measures every entry beside its peer or limit in the same run; JSON goes to bench/results, pages to docs',
  arguments: { entries: text({ help: 'only entries whose names begin so, separated by commas' }) },
  options: {
    rounds: integer({ help: 'counted rounds per contender, interleaved', default: 5, min: 1, max: 100 }),
    seconds: integer({ help: 'length of a round', default: 3, min: 1, max: 600 }),
    quick: toggle({ help: 'two rounds of one second; JSON goes to bench/results/quick, the pages stay' }),
  },
  examples: [
    ['npm run bench', 'everything'],
    ['npm run bench -- netsync --quick', 'the entries of netsync, roughly'],
  ],
  async run({ entries: wanted, rounds, seconds, quick }, { print }) {
    const prefixes = wanted?.split(',') ?? [''];
    const chosen = entries.filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)));
    if (chosen.length === 0) {
      print(`no entry begins with ${wanted ?? ''}; there are ${entries.map(({ name }) => name).join(', ')}`);
      return 2;
    }
    const options = quick ? { rounds: 2, seconds: 1 } : { rounds, seconds };
    const folder = quick ? join(published, 'quick') : published;
    for (const one of chosen) {
      const entry = await runEntry(one, options);
      const run = describeRun(`npm run bench -- ${one.name} --rounds ${options.rounds} --seconds ${options.seconds}`);
      print(`${formatEntry(entry)}\n  ${writeResult(folder, { ...run, entry })}, commit ${run.commit}\n`);
    }
    if (!quick) await makePages();
    return 0;
  },
});

const pages = defineCommand({
  name: 'pages',
  summary: 'writes docs/benchmarks.md, docs/scaling.md and their charts anew from bench/results',
  arguments: {},
  options: {},
  examples: [['npm run bench -- pages', 'after a change to how they look']],
  async run() {
    await makePages();
    return 0;
  },
});

async function makePages(): Promise<void> {
  const results = readResults(published);
  const inOrder = entries.flatMap(({ name }) => results.get(name) ?? []);
  await writePages(join(root, 'docs'), inOrder);
}

async function runEntry(entry: BenchEntry, options: MeasureOptions): Promise<EntryReport> {
  const { name, question, unit, scale, isRateGiven } = entry;
  const asked = { name, question, unit, ...(scale && { scale }), ...(isRateGiven && { isRateGiven }) };
  try {
    const measured = await measure(entry, { ...options, onProgress: showProgress });
    return { ...asked, ...measured, aims: judge(entry.aims, measured.results) };
  } catch (error) {
    if (!(error instanceof SkipError)) throw error;
    return { ...asked, results: [], skipped: [], versions: {}, aims: [], skippedWhole: error.message };
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}

function showProgress(done: number, of: number, contender: string): void {
  if (!process.stderr.isTTY) return;
  const filled = Math.round((done / of) * 20);
  process.stderr.write(`\r\x1b[K[${'#'.repeat(filled)}${'.'.repeat(20 - filled)}] ${contender}`);
}

const program: ProgramSpec = {
  name: 'bench',
  summary: 'Measures Syncytium beside its peers',
  version: '0.1.0',
  commands: [bench, pages],
};

await runProgram(program, process.argv.slice(2), process.env);
