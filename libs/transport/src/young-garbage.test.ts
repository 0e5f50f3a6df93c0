import { watchForcedCollections } from '@syncytium/testkit';
import { expect, test, vi } from 'vitest';
import { letHeapGrow } from './heap-growth.js';
import { youngGarbageCollector } from './young-garbage.js';

vi.mock('./heap-growth.js', { spy: true });

test.each([
  { everyMs: 100, mebibytes: 1 },
  { everyMs: 12, mebibytes: 8 },
])('with a MiB every $everyMs ms young garbage is collected after $mebibytes', async ({ everyMs, mebibytes }) => {
  const forced = watchForcedCollections();
  vi.mocked(letHeapGrow).mockClear();
  let now = 0;
  const count = youngGarbageCollector(() => now);
  for (let i = 0; i < 100_000; i++) count([Buffer.alloc(128)]);
  for (let i = 0; i < 24; i++) {
    now += everyMs;
    count([Buffer.alloc(1), Buffer.alloc(1024 * 1024)]);
  }
  await forced.took.take(24 / mebibytes);
  expect(forced.took.size).toBe(0);
  expect(letHeapGrow).toHaveBeenCalledTimes(24 / mebibytes);
  forced.stop();
});
