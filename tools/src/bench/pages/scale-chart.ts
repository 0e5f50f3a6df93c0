import type { TopLevelSpec } from 'vega-lite';
import type { Scale } from '../entry.js';
import type { Measured, Spread } from '../measure.js';
import type { EntryReport } from '../report.js';
import { numberLabels } from './chart.js';

/** From so many times the least on, a figure is shown by its logarithm. */
const wideRatio = 30;

/** A curve for each series: how the figure grows with the amount of work, with a bar from the least to the most round. */
export function scaleChart({ results, name, unit }: EntryReport, { axis, figure }: Scale): TopLevelSpec {
  const values = results.flatMap((result) => {
    const spread = figureOf(result, figure);
    return result.at && spread ? [{ ...result.at, ...spread }] : [];
  });
  const medians = values.map(({ median }) => median);
  const isWide = Math.max(...medians) > wideRatio * Math.min(...medians);
  const title = { rate: `${unit} per second`, cpu: `CPU us per operation (${unit})`, p50: `p50, us (${unit})` }[figure];
  const y = {
    type: 'quantitative',
    axis: { labelExpr: numberLabels },
    scale: { type: isWide ? 'log' : 'linear' },
  } as const;
  const scale = { type: values.some(({ x }) => x === 0) ? ('symlog' as const) : ('log' as const) };
  const xs = [...new Set(values.map(({ x }) => x))].sort((a, b) => a - b);
  return {
    title: name,
    width: 560,
    height: 240,
    data: { values },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: axis, scale, axis: { labelExpr: numberLabels, values: xs } },
      color: { field: 'series', type: 'nominal', title: null, sort: null, legend: { labelLimit: 420 } },
    },
    layer: [
      { mark: { type: 'line', point: true }, encoding: { y: { ...y, field: 'median', title } } },
      { mark: 'rule', encoding: { y: { ...y, field: 'min' }, y2: { field: 'max' } } },
    ],
  };
}

function figureOf({ rate, cpuUs, p50Us }: Measured, figure: Scale['figure']): Spread | undefined {
  return { rate, cpu: cpuUs, p50: p50Us }[figure];
}
