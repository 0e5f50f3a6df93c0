import { constants, PerformanceObserver } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { collectGarbage } from './collect-garbage.js';

/** What was made or looked at in a turn is referred to until that is over. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const {
  NODE_PERFORMANCE_GC_FLAGS_FORCED: isForced,
  NODE_PERFORMANCE_GC_MINOR: young,
  NODE_PERFORMANCE_GC_MAJOR: all,
} = constants;

/** Resolves with the kinds of the next two collections that somebody asks for. */
function nextTwo(): Promise<readonly number[]> {
  return new Promise((resolve) => {
    const kinds: number[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { detail } = entry as unknown as { readonly detail: { readonly kind: number; readonly flags: number } };
        if ((detail.flags & isForced) !== 0) kinds.push(detail.kind);
      }
      if (kinds.length < 2) return;
      observer.disconnect();
      resolve(kinds);
    });
    observer.observe({ entryTypes: ['gc'] });
  });
}

test('what is young is collected, or all', async () => {
  const collected = nextTwo();
  collectGarbage('young');
  collectGarbage('all');
  expect(await collected).toEqual([young, all]);
});

test('what has grown old is freed when all is collected', async () => {
  const kept = { object: {} as object | undefined };
  const object = new WeakRef(kept.object as object);
  await turn();
  for (let i = 0; i < 3; i++) collectGarbage('young');
  kept.object = undefined;
  await turn();
  collectGarbage('all');
  expect(object.deref()).toBeUndefined();
});

test('the function that collects is nobody else’s', () => {
  collectGarbage('young');
  expect(globalThis).not.toHaveProperty('gc');
});
