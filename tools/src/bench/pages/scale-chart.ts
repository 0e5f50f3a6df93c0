import type { TopLevelSpec } from 'vega-lite';
import type { Scale } from '../entry.js';
import type { Measured, Spread } from '../measure.js';
import type { EntryReport } from '../report.js';
import { curveStyle, logAxis, numberLabels } from './chart.js';

/** From so many times the least on, a figure is shown by its logarithm. */
const wideRatio = 30;

/** A curve for each series: how the figure grows with the amount of work, with a bar from the least to the most round. */
export function scaleChart({ results, name, unit }: EntryReport, { axis, figure }: Scale): TopLevelSpec {
  const values = results.flatMap((result) => {
    const spread = figureOf(result, figure);
    return result.at && spread ? [{ ...result.at, role: result.role, ...spread }] : [];
  });
  const medians = values.map(({ median }) => median);
  const isWide = Math.max(...medians) > wideRatio * Math.min(...medians);
  const title = { rate: `${unit} per second`, cpu: `CPU us per operation (${unit})` }[figure];
  const { domain, marks } = logAxis(values.flatMap(({ min, max }) => [min, max]));
  const y = {
    type: 'quantitative',
    axis: { labelExpr: numberLabels, ...(isWide && { values: marks }) },
    scale: isWide ? ({ type: 'log', domain } as const) : ({ type: 'linear' } as const),
  } as const;
  const scale = { type: values.some(({ x }) => x === 0) ? ('symlog' as const) : ('log' as const), nice: false };
  const curves = [...new Map(values.map(({ series, role }) => [series, role]))].map(([name, role]) => ({ name, role }));
  const { color, strokeDash } = curveStyle('series', curves);
  const xs = [...new Set(values.map(({ x }) => x))].sort((a, b) => a - b);
  return {
    title: name,
    width: 560,
    height: 240,
    data: { values },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: axis, scale, axis: { labelExpr: numberLabels, values: xs } },
      color,
    },
    layer: [
      {
        mark: { type: 'line', point: true },
        encoding: { y: { ...y, field: 'median', title }, strokeDash },
      },
      { mark: 'rule', encoding: { y: { ...y, field: 'min' }, y2: { field: 'max' } } },
    ],
  };
}

function figureOf({ rate, cpuUs }: Measured, figure: Scale['figure']): Spread | undefined {
  return { rate, cpu: cpuUs }[figure];
}
