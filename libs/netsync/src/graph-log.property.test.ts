import { propertyRuns, SimulatedClock } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphLog } from './graph-log.js';
import { Netsync } from './netsync.js';
import { readGraph, type DrawnStep } from './testing/read-graph.js';
import type { TraceEntry } from './trace.js';

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('ask'),
      mates: fc.constantFrom(0, 1, 1, 2, 3, 50, 50),
      event: fc.constantFrom('e', 'f'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel'), which: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait') }) },
);
type Step = { kind: string; mates?: number; event?: string; which?: number };

/** What a Netsync tells while the steps are made, each request under a name of its own. */
function traceOf(steps: readonly Step[]): TraceEntry[] {
  const clock = new SimulatedClock();
  const trace: TraceEntry[] = [];
  const netsync = new Netsync({ clock, onTrace: (entry) => trace.push(entry) });
  const cancels: (() => void)[] = [];
  const listener = { onSync: () => undefined, onError: () => undefined };
  steps.forEach(({ kind, mates = 1, event = 'e', which = 0 }, i) => {
    if (kind === 'ask') cancels.push(netsync.submit({ actor: `a${i}`, event, mates, timeout: 10 + (i % 7) }, listener));
    else if (kind === 'cancel') cancels[which % Math.max(1, cancels.length)]?.();
    else clock.advance(3);
  });
  netsync.close();
  return trace;
}

function stepOf(entry: TraceEntry): DrawnStep {
  const requests = entry.kind === 'match' ? entry.requests : [entry.request];
  return { kind: entry.kind, names: requests.map(({ actor, event }) => `${actor}:${event}`) };
}

describe('the graph log', () => {
  const steps = fc.array(step, { size: 'max', maxLength: 150 });

  /** Laws: columns are as `readGraph` demands, and what it reads from the picture is what happened. */
  it.each([
    ['', 64],
    [' with fewer columns than waits', 3],
  ])('can be read back%s', (_how, columnsMax) => {
    fc.assert(
      fc.property(steps, (run) => {
        const trace = traceOf(run);
        const log = new GraphLog({ columnsMax });
        const lines = trace.flatMap((entry) => log.draw(entry));
        expect(readGraph(lines, columnsMax)).toEqual(trace.map(stepOf));
      }),
      propertyRuns(500),
    );
  });

  it('is the same with colours, which are taken off again', () => {
    fc.assert(
      fc.property(steps, (run) => {
        const trace = traceOf(run);
        const [plain, painted] = [new GraphLog(), new GraphLog({ paint: (text) => `\u001b[36m${text}\u001b[0m` })];
        for (const entry of trace) {
          const lines = painted.draw(entry);
          expect(lines.map((line) => line.replace('\u001b[36m', '').replace('\u001b[0m', ''))).toEqual(
            plain.draw(entry),
          );
          expect(lines.some((line) => line.startsWith('\u001b[36m'))).toBe(true);
        }
      }),
      propertyRuns(50),
    );
  });

  it.each([
    ['a wait changes its column', ['┌─ a:e', ' ┴ a:e']],
    ['a wait is left out', ['┌─ a:e', ' ┌ b:e']],
    ['a free column is passed over', ['┌─ a:e', '│ ┌ b:e']],
    ['somebody else syncs', ['┌─ a:e', '│┌ b:e', '└└ a:e c:e']],
    ['nobody stands there any more', ['┌─ a:e', '┴─ a:e', '│┌ b:e']],
    ['a graph ends too early', ['┌─ a:e', '', '┌─ b:e']],
  ])('would not be believed where %s', (_what, lines) => {
    expect(() => readGraph(lines)).toThrow(/^line \d/);
  });
});
