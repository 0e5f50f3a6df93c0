import type { TopLevelSpec } from 'vega-lite';
import { percents } from '../latencies.js';
import { spread } from '../measure.js';
import type { EntryReport } from '../report.js';
import { curveStyle, logAxis, numberLabels } from './chart.js';

/** How many nines: 90 % is 1, 99 % is 2, so that the tail gets its room. */
const ninesOf = (percent: number): number => -Math.log10(1 - percent / 100);

const labels: Readonly<Record<string, string>> = {
  '50': '50 %',
  '90': '90 %',
  '99': '99 %',
  '99.9': '99.9 %',
  '99.99': '99.99 %',
};

/** A curve for each contender: the latency that so many per cent do not exceed, the median of the rounds. */
export function latencyChart({ results, name }: EntryReport): TopLevelSpec {
  const values = results.flatMap(({ contender, samples }) =>
    Object.entries(percents).flatMap(([name, percent]) => {
      const latencies = samples.flatMap(({ latencyUs }) => latencyUs?.[name as keyof typeof percents] ?? []);
      return latencies.length === 0 ? [] : [{ contender, nines: ninesOf(percent), us: spread(latencies).median }];
    }),
  );
  const { domain, marks } = logAxis(values.map(({ us }) => us));
  const timed = results.filter(({ p50Us }) => p50Us).map(({ contender, role }) => ({ name: contender, role }));
  const texts = Object.entries(labels).map(
    ([percent, label]) => `abs(datum.value - ${ninesOf(Number(percent))}) < 0.01 ? '${label}' : `,
  );
  return {
    title: name,
    width: 560,
    height: 240,
    data: { values },
    mark: { type: 'line', point: true },
    encoding: {
      x: {
        field: 'nines',
        type: 'quantitative',
        title: 'so many of all took at most',
        axis: {
          values: Object.keys(labels).map((percent) => ninesOf(Number(percent))),
          labelExpr: `${texts.join('')}''`,
        },
      },
      y: {
        field: 'us',
        type: 'quantitative',
        title: 'microseconds',
        scale: { type: 'log', domain },
        axis: { labelExpr: numberLabels, values: marks },
      },
      ...curveStyle('contender', timed),
    },
  };
}
