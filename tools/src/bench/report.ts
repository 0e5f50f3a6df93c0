import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import type { Aim, BenchEntry, Presentation, Sample } from './entry.js';
import { spread, type Measured, type Measurement, type Spread } from './measure.js';

/** Where it was measured, and how it can be repeated. */
export interface Run {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly os: string };
  readonly node: string;
  readonly commit: string;
  readonly at: string;
  readonly command: string;
}

/** What one entry gave, and where: a file of `bench/results`. */
export interface EntryResult extends Run {
  readonly entry: EntryReport;
}

export interface EntryReport extends Measurement, Presentation {
  readonly name: string;
  readonly question: string;
  readonly unit: string;
  readonly aims: readonly AimReport[];
  /** Why the entry did not run at all. */
  readonly skippedWhole?: string;
}

/** An aim, and what became of it. */
export type AimReport = Aim & {
  /** The ratio, of the rounds one by one, or the latency in microseconds. */
  readonly measured: Spread;
  readonly reached: boolean;
};

/** Facts of this machine and checkout. */
export function describeRun(command: string): Run {
  return {
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      os: `${type()} ${release()}`,
    },
    node: process.version,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    at: new Date().toISOString(),
    command,
  };
}

/** Compares what was measured with what the entry promises; says nothing of a contender that was skipped. */
export function judge(aims: BenchEntry['aims'], results: readonly Measured[]): AimReport[] {
  const samplesOf = (name: string): readonly Sample[] =>
    results.find(({ contender }) => contender === name)?.samples ?? [];
  return (aims ?? []).flatMap((aim): AimReport[] => {
    const ours = samplesOf(aim.of).map((sample) => figureOf(aim.figure, sample));
    if (!('against' in aim)) {
      const measured = spread(ours);
      const reached = 'usMax' in aim ? measured.median <= aim.usMax : measured.median >= aim.perSecondMin;
      return ours.length === 0 ? [] : [{ ...aim, measured, reached }];
    }
    const against = samplesOf(aim.against).map((sample) => figureOf(aim.figure, sample));
    if (ours.length === 0 || against.length === 0) return [];
    // Round by round: what slows down the machine for a while slows down both.
    const measured = spread(ours.map((value, round) => value / (against[round] ?? NaN)));
    const reached = aim.figure === 'rate' ? measured.median >= aim.ratio : measured.median <= aim.ratio;
    return [{ ...aim, measured, reached }];
  });
}

function figureOf(figure: Aim['figure'], { operations, seconds, cpuSeconds = NaN, latencyUs }: Sample): number {
  switch (figure) {
    case 'rate':
      return operations / seconds;
    case 'cpu':
      return cpuSeconds / operations;
    case 'p50':
    case 'p99':
      return latencyUs?.[figure] ?? NaN;
  }
}

/** An entry as lines of text for a terminal. */
export function formatEntry(report: EntryReport): string {
  const { name, question, skipped, skippedWhole, versions, aims } = report;
  const head = `${name}: ${question}`;
  if (skippedWhole !== undefined) return `${head}\n  skipped: ${skippedWhole}`;
  const with_ = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    head,
    ...alignedTable(report).map((line) => `  ${line}`),
    ...skipped.map(({ name, skipped }) => `  ${name} was skipped: ${skipped}`),
    ...aims.map((aim) => `  ${aim.reached ? 'reached' : 'MISSED '}  ${formatAim(aim)}`),
    ...(with_.length > 0 ? [`  with ${with_.join(', ')}`] : []),
  ].join('\n');
}

/** A line for each contender. */
function alignedTable(report: EntryReport): string[] {
  const rows = tableOf(report);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** The rows of an entry's table, headings first: every figure's median, and by how much a round was off it at most. */
export function tableOf({ results, unit }: EntryReport): string[][] {
  const figures = [...new Set(results.flatMap(({ figures }) => Object.keys(figures)))];
  const columns: [title: string, of: (result: Measured) => Spread | undefined][] = [
    [`${unit}/s`, ({ rate }) => rate],
    ['CPU us', ({ cpuUs }) => cpuUs],
    ['p50 us', ({ p50Us }) => p50Us],
    ['p99 us', ({ p99Us }) => p99Us],
    ['p99.9 us', ({ p999Us }) => p999Us],
    ...figures.map((label): (typeof columns)[number] => [label, ({ figures }) => figures[label]]),
  ];
  const shown = columns.filter(([, of]) => results.some(of));
  return [
    ['role', 'contender', ...shown.map(([title]) => title)],
    ...results.map((result) => [
      result.role,
      result.contender,
      ...shown.map(([, of]) => {
        const value = of(result);
        return value ? formatSpread(value) : '';
      }),
    ]),
  ];
}

/** What was wanted and what was measured, in a line; not whether that is enough. */
export function formatAim(aim: AimReport): string {
  const { figure, of, measured } = aim;
  const between = (text: (value: number) => string): string =>
    `${text(measured.median)} (${text(measured.min)} to ${text(measured.max)})`;
  if ('usMax' in aim) return `${figure} of ${of} is ${between(formatNumber)} us (aim: at most ${aim.usMax} us)`;
  if ('perSecondMin' in aim)
    return `${figure} of ${of} is ${between(formatNumber)}/s (aim: at least ${formatNumber(aim.perSecondMin)}/s)`;
  const ratio = between((value) => `${value.toFixed(2)}x`);
  const bound = figure === 'rate' ? 'at least' : 'at most';
  return `${figure} of ${of} is ${ratio} that of ${aim.against} (aim: ${bound} ${aim.ratio}x)`;
}

function formatSpread({ median, min, max }: Spread): string {
  if (median === 0) return '0';
  const off = (100 * Math.max(max - median, median - min)) / Math.abs(median);
  // A round that was far off says more by itself than by how far that is.
  if (off >= 100) return `${formatNumber(median)} (${formatNumber(min)} to ${formatNumber(max)})`;
  return `${formatNumber(median)} ±${off.toFixed(0).padStart(2)}%`;
}

export function formatNumber(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
