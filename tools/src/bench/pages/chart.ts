import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Contender } from '../entry.js';

type Role = Contender['role'];

/** Colours of those that are compared; who has the same role has another shade of it. */
const shades = {
  ours: ['#1f6f8b', '#58b09c', '#0b3954', '#8ecae6'],
  peer: ['#e08e45', '#9c4a1a', '#d9ae2b', '#c1666b'],
  limit: ['#9a9a9a', '#4d4d4d'],
} as const;

/** Dashes tell roles apart where colours do not. */
const dashes = { ours: [1, 0], peer: [6, 3], limit: [2, 2] } as const;

export const roleColour = (role: Role): string => shades[role][0];

/** How curves are told apart by what `field` says: colours and dashes, and a legend. */
export function curveStyle(field: string, curves: readonly { readonly name: string; readonly role: Role }[]) {
  const seen = { ours: 0, peer: 0, limit: 0 };
  const colours = curves.map(({ role }) => shades[role][seen[role]++ % shades[role].length] ?? roleColour(role));
  const domain = curves.map(({ name }) => name);
  const curve = { field, type: 'nominal', title: null, sort: null } as const;
  const legend = { labelLimit: 420, symbolType: 'stroke', symbolStrokeWidth: 2, symbolSize: 400 };
  return {
    color: { ...curve, scale: { domain, range: colours }, legend },
    strokeDash: { ...curve, scale: { domain, range: curves.map(({ role }) => [...dashes[role]]) } },
  };
}

/** Labels of an axis: 64, 1k, 2.5M. */
export const numberLabels = "abs(datum.value) < 1000 ? format(datum.value, '~r') : format(datum.value, '~s')";

/** More decades than these show only the powers of ten. */
const finelyMarkedDecades = 5;

/** A logarithmic axis that begins and ends at a mark and wastes no room: 1, 2 and 5 of each decade. */
export function logAxis(values: readonly number[]): { readonly domain: [number, number]; readonly marks: number[] } {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const from = Math.floor(Math.log10(least));
  const to = Math.ceil(Math.log10(most));
  const steps = to - from > finelyMarkedDecades ? [1] : [1, 2, 5];
  const all = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i)).flatMap((decade) =>
    steps.map((step) => step * decade),
  );
  const first = all.findLastIndex((mark) => mark <= least);
  const last = all.findIndex((mark) => mark >= most);
  const marks = all.slice(first, Math.max(last, first + 1) + 1);
  return { domain: [marks[0] ?? least, marks.at(-1) ?? most], marks };
}

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
