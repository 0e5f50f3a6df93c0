import { join } from 'node:path';
import { defineCommand, integer, runProgram, text, toggle, type ProgramSpec } from '@syncytium/program';
import { chooseEntries } from './choose-entries.js';
import { SkipError, type BenchEntry, type Presentation } from './entry.js';
import { entries } from './entries/index.js';
import { measure, type MeasureOptions } from './measure.js';
import { writePages } from './pages/write-pages.js';
import { describeRun, formatEntry, judge, type EntryReport } from './report.js';
import { drawFlames } from './pages/draw-flames.js';
import { startProfiles } from './profiles.js';
import { fileNameOf, readResults, writeResult } from './results.js';

const root = join(import.meta.dirname, '../../..');
const published = join(root, 'bench/results');
const profilesOf = ({ name }: BenchEntry): string => join(root, 'bench/profiles', fileNameOf(name));

const bench = defineCommand({
  summary: 'measures every entry beside its peer or limit in the same run; JSON goes to bench/results, pages to docs',
  arguments: { entries: text({ help: 'only entries whose names begin so, separated by commas' }) },
  options: {
    rounds: integer({ help: 'counted rounds per contender, interleaved', default: 5, min: 1, max: 100 }),
    seconds: integer({ help: 'length of a round, in seconds', default: 3, min: 1, max: 600 }),
    quick: toggle({ help: 'two rounds of one second; JSON goes to bench/results/quick, the pages stay' }),
    profile: toggle({ help: 'as --quick, and a flame graph of every process goes to bench/profiles' }),
  },
  examples: [
    ['npm run bench', 'everything'],
    ['npm run bench -- netsync --quick', 'the entries of netsync, roughly'],
    ['npm run bench -- thynapse/anycatch-1-256 --profile', 'where the time of each process goes'],
  ],
  async run({ entries: wanted, rounds, seconds, quick, profile }, { print }) {
    const chosen = chooseEntries(entries, wanted);
    const isRough = quick || profile;
    const options = isRough ? { rounds: 2, seconds: 1 } : { rounds, seconds };
    const folder = isRough ? join(published, 'quick') : published;
    for (const one of chosen) {
      if (profile) startProfiles(profilesOf(one));
      const entry = await runEntry(one, options);
      const run = describeRun(`npm run bench -- ${one.name} --rounds ${options.rounds} --seconds ${options.seconds}`);
      print(`${formatEntry(entry)}\n  ${writeResult(folder, { ...run, entry })}, commit ${run.commit}\n`);
      if (profile) print(describeFlames(await drawFlames(profilesOf(one))));
    }
    if (!isRough) await makePages();
    return 0;
  },
});

const list = defineCommand({
  name: 'list',
  summary: 'prints the entries and the question that each of them answers',
  arguments: {},
  options: {},
  examples: [['npm run bench -- list', 'what can be measured']],
  run(_, { print }) {
    const width = Math.max(...entries.map(({ name }) => name.length));
    for (const { name, question } of entries) print(`${name.padEnd(width)}  ${question}`);
    return Promise.resolve(0);
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

function describeFlames(files: readonly string[]): string {
  if (files.length === 0) return '  no flame graph: it runs in the process of the benchmark itself';
  return files.map((file) => `  ${file}`).join('\n');
}

async function makePages(): Promise<void> {
  const results = readResults(published);
  const inOrder = entries.flatMap((entry) => {
    const result = results.get(entry.name);
    return result ? { ...result, entry: { ...result.entry, ...presentationOf(entry) } } : [];
  });
  await writePages(join(root, 'docs'), inOrder);
}

/** What can be changed without measuring again. */
function presentationOf({ scale, isRateGiven, barFigure }: BenchEntry): Presentation {
  return { ...(scale && { scale }), ...(isRateGiven && { isRateGiven }), ...(barFigure && { barFigure }) };
}

async function runEntry(entry: BenchEntry, options: MeasureOptions): Promise<EntryReport> {
  const { name, question, unit } = entry;
  const asked = { name, question, unit };
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
  commands: [bench, list, pages],
};

await runProgram(program, process.argv.slice(2), process.env);
