import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Comparison } from '../testing/comparison.js';
import type { JsonRecord } from '../testing/reference-values.js';
import { TestEngine } from '../testing/test-engine.js';

const classes = {
  Item: { _ttl: 5000, text: 'string', n: { _type: 'int', _index: true }, words: { _type: 'string[]', _index: true } },
  Box: { label: { _type: 'string', _index: true }, items: 'Item[]', best: 'Item' },
};

const text = fc.record({
  letter: fc.constantFrom('a', 'b', 'c'),
  length: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 4000, max: 8000 })),
});
const oid = (className: string) => fc.record({ $oid: fc.nat(50), $class: fc.constant(className) });
const item = fc.record({
  text: text.map(({ letter, length }) => letter.repeat(length)),
  n: fc.nat(3),
  words: fc.array(fc.constantFrom('x', 'yy', 'z'.repeat(100)), { maxLength: 3 }),
});
const linked = fc.oneof(item, fc.record({ _oid: oid('Item') }));
const box = fc.record({
  label: text.map(({ letter }) => letter),
  items: fc.array(linked, { maxLength: 2 }),
  best: linked,
});

const query: fc.Arbitrary<JsonRecord> = fc.oneof(
  { weight: 4, arbitrary: fc.array(item, { minLength: 1, maxLength: 3 }).map((objects) => store('Item', objects)) },
  { weight: 3, arbitrary: fc.array(box, { minLength: 1, maxLength: 1 }).map((objects) => store('Box', objects)) },
  fc.record({ GET: fc.record({ Item: fc.record({ _oids: fc.array(oid('Item'), { minLength: 1, maxLength: 4 }) }) }) }),
  fc.record({ FIND: fc.record({ Box: fc.record({ label: fc.constantFrom('a', 'b') }) }) }),
  fc.record({
    UPDATE: fc.record({
      Item: fc.record({ _where: fc.record({ n: fc.nat(3) }), text: fc.constantFrom('', 'd'.repeat(300)) }),
    }),
  }),
  fc.record({
    UPDATE: fc.record({ Box: fc.record({ _where: fc.record({ label: fc.constantFrom('a', 'b') }), best: item }) }),
  }),
  fc.record({
    DELETE: fc.record({ Item: fc.record({ _oids: fc.array(oid('Item'), { minLength: 1, maxLength: 3 }) }) }),
  }),
) as fc.Arbitrary<JsonRecord>;
const pause = fc.record({ $pauseMs: fc.integer({ min: 1, max: 1000 }) });

function store(_class: string, _objects: readonly object[]): object {
  return { STORE: { _class, _objects } };
}

test('what is left when objects make room for others is what was there, without links to those', () => {
  let evicted = 0;
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 12, arbitrary: query }, pause), { minLength: 60, maxLength: 80 }),
      (steps) => {
        const engine = new TestEngine({ memoryBytesMax: 2_416_000, whenFull: 'evict-lru' });
        const comparison = new Comparison(new Map(), engine);
        comparison.ask({ CREATE_CLASSES: classes });
        for (const step of steps) comparison.take(step);
        comparison.compareAll();
        evicted += (engine.run({ STATS: {} }) as { evicted: number }).evicted;
      },
    ),
    propertyRuns(20),
  );
  expect(evicted).toBeGreaterThan(50);
});
