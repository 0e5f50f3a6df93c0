import type { TopLevelSpec } from 'vega-lite';
import { formatNumber, type EntryReport } from '../report.js';
import { numberLabels, roleColours } from './chart.js';

/** A bar for each contender: the median of its rates, with the least and the most as whiskers. */
export function rateChart({ results, unit, name }: EntryReport): TopLevelSpec {
  const values = results.map(({ contender, role, rate: { median, min, max } }) => ({
    contender,
    role,
    median,
    min,
    max,
    label: formatNumber(median),
  }));
  const roles = [...new Set(results.map(({ role }) => role))];
  const y = { field: 'contender', type: 'nominal', title: null, sort: null, axis: { labelLimit: 260 } } as const;
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
          x: { field: 'median', type: 'quantitative', title: `${unit} per second`, axis: { labelExpr: numberLabels } },
          color: {
            field: 'role',
            type: 'nominal',
            scale: { domain: roles, range: roles.map((role) => roleColours[role]) },
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
