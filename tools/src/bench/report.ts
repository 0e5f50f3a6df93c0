import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { Aim, BenchEntry } from './entry.js';
import type { Measured, Spread } from './measure.js';

/** What was measured where: enough to repeat it. */
export interface Report {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number };
  readonly node: string;
  readonly commit: string;
  readonly at: string;
  readonly command: string;
  readonly entries: readonly EntryReport[];
}

export interface EntryReport {
  readonly name: string;
  readonly question: string;
  readonly unit: string;
  readonly results: readonly Measured[];
  readonly aims: readonly AimReport[];
  /** Why the entry did not run. */
  readonly skipped?: string;
}

export interface AimReport extends Aim {
  readonly measured: number;
  readonly reached: boolean;
}

/** Facts of this machine and checkout. */
export function describeRun(command: string): Omit<Report, 'entries'> {
  return {
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) },
    node: process.version,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    at: new Date().toISOString(),
    command,
  };
}

/** Compares what was measured with what the entry promises. */
export function judge(aims: BenchEntry['aims'], results: readonly Measured[]): AimReport[] {
  return (aims ?? []).map((aim) => {
    const value = (name: string): number =>
      figure(
        aim.figure,
        results.find(({ contender }) => contender === name),
      );
    const measured = value(aim.of) / value(aim.against);
    return { ...aim, measured, reached: aim.figure === 'rate' ? measured >= aim.ratio : measured <= aim.ratio };
  });
}

/** An entry as lines of text for a terminal. */
export function formatEntry({ name, question, unit, results, aims, skipped }: EntryReport): string {
  const head = [`${name}: ${question}`];
  if (skipped !== undefined) return [...head, `  skipped: ${skipped}`].join('\n');
  const width = Math.max(...results.map(({ contender }) => contender.length));
  const lines = results.map(({ contender, role, rate, cpuUs, p50Us, p99Us, figures }) =>
    [
      `  ${contender.padEnd(width)}  ${role.padEnd(5)}  ${formatSpread(rate)} ${unit}/s`,
      ...(cpuUs ? [`CPU ${formatSpread(cpuUs)} us`] : []),
      ...(p50Us ? [`p50 ${formatSpread(p50Us)} us`] : []),
      ...(p99Us ? [`p99 ${formatSpread(p99Us)} us`] : []),
      ...Object.entries(figures).map(([label, value]) => `${label} ${formatSpread(value)}`),
    ].join('  '),
  );
  const verdicts = aims.map(
    ({ figure: of, of: ours, against, ratio, measured, reached }) =>
      `  ${reached ? 'reached' : 'MISSED '}  ${of} of ${ours} is ${measured.toFixed(2)}x that of ${against} (aim: ${of === 'rate' ? 'at least' : 'at most'} ${ratio}x)`,
  );
  return [...head, ...lines, ...verdicts].join('\n');
}

function figure(name: Aim['figure'], result: Measured | undefined): number {
  const spreads = { rate: result?.rate, cpu: result?.cpuUs, p50: result?.p50Us, p99: result?.p99Us };
  return spreads[name]?.median ?? NaN;
}

function formatSpread({ median, min, max }: Spread): string {
  return `${formatNumber(median)} (${formatNumber(min)} to ${formatNumber(max)})`;
}

function formatNumber(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
