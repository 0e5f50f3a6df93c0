import type { TopLevelSpec } from 'vega-lite';
import { formatNumber, type EntryReport } from '../report.js';
import { numberLabels, roleColour } from './chart.js';

/**
 * A bar for each contender that has the figure the entry asks for, its rate if none: the median, with the least and the
 * most round as whiskers.
 */
export function barChart({ results, unit, name, barFigure }: EntryReport): TopLevelSpec {
  const values = results.flatMap(({ contender, role, rate, figures }) => {
    const spread = barFigure === undefined ? rate : figures[barFigure];
    return spread ? [{ contender, role, ...spread, label: formatNumber(spread.median) }] : [];
  });
  const roles = [...new Set(values.map(({ role }) => role))];
  const y = { field: 'contender', type: 'nominal', title: null, sort: null, axis: { labelLimit: 400 } } as const;
  return {
    title: name,
    width: 460,
    height: { step: 30 },
    data: { values },
    encoding: { y },
    layer: [
      {
        mark: { type: 'bar', height: 18 },
        encoding: {
          x: {
            field: 'median',
            type: 'quantitative',
            title: barFigure ?? `${unit} per second`,
            axis: { labelExpr: numberLabels },
          },
          color: {
            field: 'role',
            type: 'nominal',
            scale: { domain: roles, range: roles.map(roleColour) },
            legend: { title: null, orient: 'top' },
          },
        },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.5 },
        encoding: { x: { field: 'min', type: 'quantitative' }, x2: { field: 'max' } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 6 },
        encoding: { x: { field: 'max', type: 'quantitative' }, text: { field: 'label' } },
      },
    ],
  };
}
