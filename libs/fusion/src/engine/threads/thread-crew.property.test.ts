import { propertyRuns, scaledTimeoutMs } from '@syncytium/testkit';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { querySequences } from '../../testing/arbitrary-queries.js';
import { Comparison } from '../../testing/comparison.js';
import { toJson } from '../../testing/exact-json.js';
import type { Json } from '../../testing/reference-values.js';
import { TestEngine } from '../../testing/test-engine.js';
import { makeWorkerEntry } from '../../testing/worker-entry.js';

const entry = makeWorkerEntry();
const engines: TestEngine[] = [];

afterAll(() => Promise.all(engines.map(({ engine }) => engine.close())));

test.each([1, 3])(
  'an engine of %i threads and the reference model answer every sequence of queries alike',
  { timeout: scaledTimeoutMs(120_000) },
  (count) => {
    // Starting threads takes longer than a sequence, so all use the same.
    const engine = new TestEngine({ threads: { count, entry, splitRowsMin: 2 }, pollWindowMs: 1 });
    engines.push(engine);
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(querySequences(fc.boolean()), (steps) => {
        // Threads have the system's clock, which no test can advance.
        fc.pre(!toJson(steps as Json).includes('"_ttl"'));
        engine.run({ CLEAR: { _confirm: 'IKnowWhatImDoing' } });
        const comparison = new Comparison(seen, engine);
        for (const step of steps) if (!('$pauseMs' in step)) comparison.take(step);
        comparison.compareAll();
      }),
      propertyRuns(150),
    );
    expect(seen.get('FIND_RSP')).toBeGreaterThan(20);
    expect(seen.get('UPDATE_RSP')).toBeGreaterThan(20);
  },
);
