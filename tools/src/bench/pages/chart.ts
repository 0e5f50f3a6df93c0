import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** Colours of those that are compared. */
export const roleColours = { ours: '#1f6f8b', peer: '#e08e45', limit: '#9a9a9a' } as const;

/** Labels of an axis: 64, 1k, 2.5M. */
export const numberLabels = "abs(datum.value) < 1000 ? format(datum.value, '~r') : format(datum.value, '~s')";

/** Draws a chart as the text of an SVG file, on white, since it is looked at on light and dark pages. */
export async function drawChart(spec: TopLevelSpec): Promise<string> {
  const { spec: vega } = compile({
    background: 'white',
    padding: 12,
    config: {
      font: 'sans-serif',
      title: { anchor: 'start', fontSize: 12 },
      view: { stroke: null },
      axis: { grid: true, gridColor: '#eeeeee' },
    },
    ...spec,
  });
  const view = new View(parse(vega), { renderer: 'none' });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
