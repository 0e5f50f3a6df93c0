import type { TopLevelSpec } from 'vega-lite';
import type { CpuProfile } from '../profiles.js';

const widthPx = 1000;
const rowPx = 17;

/** What is narrower is left out. */
const widthMinPx = 1;

/** Narrower ones have no label, since it would not be read. */
const labelMinPx = 30;

/** About the width of a letter. */
const letterPx = 6;

/** Calls are followed so far; what loads a program is deeper, and nothing to look at. */
const depthMax = 30;

/** A function in the chart, from the left edge on, as shares of all. */
interface Flame {
  readonly name: string;
  readonly kind: Kind;
  readonly depth: number;
  readonly start: number;
  readonly end: number;
}

/** Whose function it is, with its colour. */
const colours = {
  ours: '#8ecae6',
  'other packages': '#e0b089',
  'Node and V8': '#c9c9c9',
  'garbage collection': '#c1666b',
} as const;

type Kind = keyof typeof colours;

/** A function as it was called by another: how long it and what it called took, in microseconds. */
interface Call {
  readonly name: string;
  readonly kind: Kind;
  self: number;
  total: number;
  readonly calls: Map<string, Call>;
}

/**
 * A flame graph: what a thread did while it was busy. A function is as wide as the share of time that it and all that it
 * called took, and stands on what called it; the order from left to right means nothing.
 */
export function flameChart(profile: CpuProfile, title: string): TopLevelSpec {
  const root = callsOf(profile);
  const values = flames(root).map((flame) => ({ ...flame, label: labelOf(flame), below: flame.depth + 1 }));
  const depth = Math.max(0, ...values.map(({ below }) => below));
  const domain: [number, number] = [0, depth];
  const y = { type: 'quantitative' as const, axis: null, scale: { domain, nice: false } };
  return {
    title: `${title}: ${(root.total / 1e6).toFixed(1)} s of work`,
    width: widthPx,
    height: Math.max(1, depth) * rowPx,
    data: { values },
    layer: [
      {
        mark: { type: 'rect', stroke: 'white', strokeWidth: 0.5 },
        encoding: {
          x: { field: 'start', type: 'quantitative', axis: null, scale: { domain: [0, 1], nice: false } },
          x2: { field: 'end' },
          y: { ...y, field: 'depth' },
          y2: { field: 'below' },
          color: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: Object.keys(colours), range: Object.values(colours) },
            legend: { title: null, orient: 'top' },
          },
        },
      },
      {
        transform: [{ filter: "datum.label !== ''" }, { calculate: 'datum.depth + 0.5', as: 'middle' }],
        mark: { type: 'text', align: 'left', dx: 3, fontSize: 10 },
        encoding: {
          x: { field: 'start', type: 'quantitative' },
          y: { ...y, field: 'middle' },
          text: { field: 'label' },
        },
      },
    ],
  };
}

/** The whole of a profile, without the time in which the thread had nothing to do. */
function callsOf({ nodes, samples, timeDeltas }: CpuProfile): Call {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const calls = new Map<number, Call>();
  const callOf = (id: number): Call => {
    const known = calls.get(id);
    if (known) return known;
    const parent = parents.get(id);
    const frame = byId.get(id)?.callFrame;
    const made = parent === undefined || !frame ? newCall('', 'Node and V8') : childOf(callOf(parent), frame);
    calls.set(id, made);
    return made;
  };
  const root = callOf(nodes[0]?.id ?? 0);
  samples.forEach((id, i) => {
    if (byId.get(id)?.callFrame.functionName !== '(idle)') callOf(id).self += timeDeltas[i] ?? 0;
  });
  sumUp(root);
  return root;
}

/** The same function called by the same one is one, wherever in it. */
function childOf({ calls }: Call, frame: CpuProfile['nodes'][number]['callFrame']): Call {
  const { functionName, url } = frame;
  const name = functionName === '' ? '(anonymous)' : functionName;
  const key = `${name} ${url}`;
  const call = calls.get(key) ?? newCall(name, kindOf(functionName, url));
  calls.set(key, call);
  return call;
}

function newCall(name: string, kind: Kind): Call {
  return { name, kind, self: 0, total: 0, calls: new Map() };
}

function kindOf(name: string, url: string): Kind {
  if (name === '(garbage collector)') return 'garbage collection';
  if (url.includes('/node_modules/')) return 'other packages';
  return url.startsWith('file:') ? 'ours' : 'Node and V8';
}

function sumUp(call: Call): number {
  call.total = call.self;
  for (const one of call.calls.values()) call.total += sumUp(one);
  return call.total;
}

function flames(root: Call): Flame[] {
  const found: Flame[] = [];
  const visit = ({ calls }: Call, depth: number, from: number): void => {
    if (depth === depthMax) return;
    let start = from;
    for (const call of [...calls.values()].sort((a, b) => b.total - a.total)) {
      const end = start + call.total / root.total;
      if ((end - start) * widthPx < widthMinPx) break;
      found.push({ name: call.name, kind: call.kind, depth, start, end });
      visit(call, depth + 1, start);
      start = end;
    }
  };
  visit(root, 0, 0);
  return found;
}

function labelOf({ name, start, end }: Flame): string {
  const room = (end - start) * widthPx;
  return room < labelMinPx ? '' : name.slice(0, Math.floor(room / letterPx));
}
