import { formatTable } from './format-table.js';
import type { Measured } from './measure-exchanges.js';

const percents = [50, 99, 99.9];

/**
 * Measurements as lines of a table, with percentiles in milliseconds.
 *
 * @param subject What is above the names of the exchanges
 * @param unit What is counted: `events`
 */
export function measuredTable(subject: string, unit: string, measured: readonly Measured[]): string[] {
  const header = [subject, `${unit}/s`, ...percents.map((percent) => `p${percent} ms`)];
  return formatTable([header, ...measured.map(rowOf)], (column) => column > 0);
}

function rowOf({ what, perSecond, latencies }: Measured): string[] {
  const percentiles = percents.map((percent) => (latencies.percentile(percent) / 1000).toPrecision(3));
  return [what, Math.round(perSecond).toString(), ...percentiles];
}
