import { markdownTable } from '../../markdown-table.js';
import { fileNameOf } from '../results.js';
import { formatAim, tableOf, type EntryReport, type EntryResult } from '../report.js';
import { barChart } from './bar-chart.js';
import { latencyChart } from './latency-chart.js';
import { overview, systemOf } from './overview.js';
import { scaleChart } from './scale-chart.js';

type ChartSpec = ReturnType<typeof barChart>;

/** A page in Markdown, and the charts it shows, by their files' names. */
export interface Page {
  readonly text: string;
  readonly charts: ReadonlyMap<string, ChartSpec>;
}

export interface PageOptions {
  readonly title: string;
  /** What stands above the first entry. */
  readonly introduction: string;
  /** In the order they are shown. */
  readonly results: readonly EntryResult[];
}

/** An overview, then a section for each system, and in it for each entry: its question, charts, table, aims and how to repeat it. */
export function benchmarksPage({ title, introduction, results }: PageOptions): Page {
  const charts = new Map<string, ChartSpec>();
  const lines = [`# ${title}`, '', introduction, '', overview(results.map(({ entry }) => entry)), ''];
  let section: string | undefined;
  for (const result of results) {
    const { entry } = result;
    const system = systemOf(entry);
    if (system !== section) lines.push(`## ${system}`, '');
    section = system;
    lines.push(`### ${entry.name}`, '', upperFirst(entry.question), '');
    for (const [kind, spec] of chartsOf(entry)) {
      const file = `${fileNameOf(entry.name)}-${kind}.svg`;
      charts.set(file, spec);
      lines.push(`![${kind} of ${entry.name}](charts/${file})`, '');
    }
    lines.push(...bodyOf(entry), ...sourceOf(result), '');
  }
  return { text: lines.join('\n'), charts };
}

function chartsOf(entry: EntryReport): [kind: string, spec: ChartSpec][] {
  const { results, scale, isRateGiven, barFigure } = entry;
  if (results.length === 0) return [];
  if (scale) return [['scale', scaleChart(entry, scale)]];
  const hasLatencies = results.some(({ p50Us }) => p50Us);
  return [
    ...(isRateGiven ? [] : [[barFigure ? 'cost' : 'rate', barChart(entry)] satisfies [string, ChartSpec]]),
    ...(hasLatencies ? [['latency', latencyChart(entry)] satisfies [string, ChartSpec]] : []),
  ];
}

function bodyOf(entry: EntryReport): string[] {
  const { skipped, skippedWhole, aims } = entry;
  if (skippedWhole !== undefined) return [`Not measured: ${skippedWhole}`, ''];
  const [head = [], ...rows] = tableOf(entry);
  const points = [
    ...aims.map((aim) => `- ${aim.reached ? 'reached' : '**missed**'}: ${formatAim(aim)}`),
    ...skipped.map(({ name, skipped }) => `- ${name} was skipped: ${skipped}`),
  ];
  return [markdownTable(head, rows, 2), '', ...(points.length > 0 ? [...points, ''] : [])];
}

function sourceOf({ machine, node, commit, at, command, entry }: EntryResult): string[] {
  const versions = Object.entries(entry.versions).map(([name, version]) => `${name} ${version}`);
  const where = `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}`;
  return [`\`${command}\`, ${at.slice(0, 10)}, commit ${commit}; ${[where, `Node ${node}`, ...versions].join(', ')}.`];
}

const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
