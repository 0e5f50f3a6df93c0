import { constants, PerformanceObserver } from 'node:perf_hooks';
import { expect, test, vi } from 'vitest';
import { youngGarbageCollector } from './young-garbage.js';

const { NODE_PERFORMANCE_GC_FLAGS_FORCED, NODE_PERFORMANCE_GC_MINOR } = constants;

/** Collections of young garbage that somebody asked for. */
function watchForced() {
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind, flags } = (entry as unknown as { readonly detail: { kind: number; flags: number } }).detail;
      if (kind === NODE_PERFORMANCE_GC_MINOR && (flags & NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0) count++;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return { counted: () => count, stop: () => observer.disconnect() };
}

test.each([
  { everyMs: 100, mebibytes: 1 },
  { everyMs: 12, mebibytes: 8 },
])('with a MiB every $everyMs ms young garbage is collected after $mebibytes', async ({ everyMs, mebibytes }) => {
  const forced = watchForced();
  let now = 0;
  const count = youngGarbageCollector(() => now);
  for (let i = 0; i < 100_000; i++) count([Buffer.alloc(128)]);
  for (let i = 0; i < 24; i++) {
    now += everyMs;
    count([Buffer.alloc(1), Buffer.alloc(1024 * 1024)]);
  }
  await vi.waitFor(() => expect(forced.counted()).toBe(24 / mebibytes));
  forced.stop();
});

test('the function that collects is nobody else’s', () => {
  youngGarbageCollector();
  expect(globalThis).not.toHaveProperty('gc');
});
