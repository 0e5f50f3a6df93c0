import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand, integer, runProgram, text, toggle, type ProgramSpec } from '@syncytium/program';
import { SkipError, type BenchEntry } from './entry.js';
import { entries } from './entries/index.js';
import { measure, type MeasureOptions } from './measure.js';
import { describeRun, formatEntry, judge, type EntryReport, type Report } from './report.js';

const results = join(import.meta.dirname, '../../../bench/results');

const bench = defineCommand({
  summary: 'measures every entry beside its peer or limit in the same run; JSON goes to bench/results',
  arguments: { entries: text({ help: 'only entries whose names begin so, separated by commas' }) },
  options: {
    rounds: integer({ help: 'counted rounds per contender, interleaved', default: 5, min: 1, max: 100 }),
    seconds: integer({ help: 'length of a round', default: 3, min: 1, max: 600 }),
    quick: toggle({ help: 'two rounds of one second' }),
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
    const reports: EntryReport[] = [];
    for (const one of chosen) {
      const report = await runEntry(one, quick ? { rounds: 2, seconds: 1 } : { rounds, seconds });
      reports.push(report);
      print(`${formatEntry(report)}\n`);
    }
    const report: Report = { ...describeRun(`npm run bench -- ${process.argv.slice(2).join(' ')}`), entries: reports };
    mkdirSync(results, { recursive: true });
    const file = join(results, `${report.at.replaceAll(':', '-')}.json`);
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
    print(
      `${report.machine.cpu}, ${report.machine.cores} cores, Node ${report.node}, commit ${report.commit}: ${file}`,
    );
    return 0;
  },
});

async function runEntry(entry: BenchEntry, options: MeasureOptions): Promise<EntryReport> {
  const { name, question, unit } = entry;
  try {
    const measured = await measure(entry, { ...options, onProgress: showProgress });
    return { name, question, unit, ...measured, aims: judge(entry.aims, measured.results) };
  } catch (error) {
    if (!(error instanceof SkipError)) throw error;
    return { name, question, unit, results: [], skipped: [], versions: {}, aims: [], skippedWhole: error.message };
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
  commands: [bench],
};

await runProgram(program, process.argv.slice(2), process.env);
