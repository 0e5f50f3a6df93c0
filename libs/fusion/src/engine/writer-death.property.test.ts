import { propertyRuns, scaledTimeoutMs } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxes, createBoxes, item, items, itemTtlMs, newLinks, plain } from '../testing/box-queries.js';
import { MortalStore, type Ask } from '../testing/mortal-store.js';

const number = fc.nat(40);

const ask: fc.Arbitrary<Ask> = fc.oneof(
  fc.tuple(number, fc.integer({ min: 1, max: 5 })).map(([from, count]) => plain(items(from, count))),
  fc
    .tuple(number, fc.integer({ min: 1, max: 30 }))
    .map(([from, count]) => ({ ...plain(items(from, count)), isLong: true })),
  fc.boolean().map((isLong) => ({ query: boxes, isLong })),
  fc.constant({ query: newLinks }),
  fc
    .tuple(number, fc.string({ maxLength: 20 }), fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }))
    .map(([n, s, tags]) => plain({ UPDATE: { Item: { _where: { n: { '>': n } }, s, tags } } })),
  number.map((n) => plain({ UPDATE: { Box: { n, many: [item(n)] } } })),
  number.map((n) => plain({ DELETE: { Item: { _where: { n: { '<': n / 3 } } } } })),
  number.map((n) => ({ ...plain({ DELETE: { Item: { _where: { n: { '>': n / 3 } } } } }), beside: items(n, n) })),
  number.map((n) => plain({ DELETE: { Room: { _deep: n % 2 === 0, _where: { n: 1 } } } })),
  fc.constant(plain({ CREATE_INDEX: { Item: ['n', 'us'] } })),
  number.map((n) => ({ ...plain({ CREATE_INDEX: { Item: ['b'], Room: ['n'] } }), beside: items(n, n) })),
  fc.constant(plain({ DROP_INDEX: { Item: ['n', 'us'] } })),
  number.map((expires) => ({ expires })),
);

/** Which part of all writes comes before a death. Doubles would be too small to matter, most of them. */
const part = fc.nat(999).map((thousandths) => thousandths / 1000);

/** A query, and where in its writes the thread that carries it out dies; again and again. */
const step = fc.record({ ask, deaths: fc.array(part, { maxLength: 3 }) });

test(
  'a store whose writers die again and again ends as one whose writer lived',
  { timeout: scaledTimeoutMs(120_000) },
  () => {
    const seen = { undone: 0, done: 0 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 15 }), (steps) => {
        const mortal = MortalStore.empty(1);
        const immortal = MortalStore.empty(2);
        for (const store of [mortal, immortal]) for (const first of [createBoxes, plain(items(0, 5))]) store.ask(first);
        for (const { ask, deaths } of steps) {
          mortal.now = immortal.now += itemTtlMs / 5;
          const before = immortal.contents;
          const succeeds = immortal.ask(ask);
          let isDone = false;
          for (const part of succeeds ? deaths : []) {
            if (isDone) break;
            mortal.die(ask, 1 + Math.floor(part * mortal.countWrites(ask)));
            isDone = mortal.contents.join('\n') !== before.join('\n');
            seen[isDone ? 'done' : 'undone']++;
          }
          if (!isDone) expect(mortal.ask(ask)).toBe(succeeds);
          expect(mortal.contents).toEqual(immortal.contents);
        }
        // Nothing is lost for good.
        expect(mortal.memoryBytes).toBeLessThanOrEqual(immortal.memoryBytes);
      }),
      propertyRuns(30),
    );
    expect(seen.undone).toBeGreaterThan(10);
    expect(seen.done).toBeGreaterThan(10);
  },
);
