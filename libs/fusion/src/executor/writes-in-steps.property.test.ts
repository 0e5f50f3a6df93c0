import { seededPrng, systemClock } from '@syncytium/kit';
import { propertyRuns, scaledTimeoutMs } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseQuery } from '../fql/parse-query.js';
import { Store } from '../store/store.js';
import { createBoxes, item, items, oidsOf } from '../testing/box-queries.js';
import { expectSound } from '../testing/sound-store.js';
import { toBytes } from '../testing/test-engine.js';
import { Executor, type Outcome } from './executor.js';

const number = fc.nat(60);

/** Boxes that link to some items. */
const box = fc.record({ n: number, one: fc.option(number), many: fc.array(number, { maxLength: 40 }) });

const write = fc.oneof(
  { weight: 3, arbitrary: number.map((n) => ({ DELETE: { Item: { _where: { n: { '<': n } } } } })) },
  fc.constant({ DELETE: { Item: {} } }),
  fc.constant({ DELETE: { Item: { _where: { tags: 'common' } } } }),
  number.map((n) => ({ DELETE: { Box: { _where: { n: { '<': n } } } } })),
  fc
    .tuple(number, number)
    .map(([n, _inc]) => ({ UPDATE: { Item: { n: { _inc }, s: 'other', _where: { n: { '<': n } } } } })),
  number.map((n) => ({ UPDATE: { Item: { tags: ['new'], b: true, _if: { n: { '>': n } } } } })),
  number.map((n) => ({ UPDATE: { Box: { many: [item(n)], one: item(n), _where: { n: { '<': n } } } } })),
  fc.constant({ CREATE_INDEX: { Item: ['n', 'us'], Room: ['n'] } }),
  fc.constant({ DROP_INDEX: { Item: ['s'] } }),
  fc
    .tuple(number, fc.boolean())
    .map(([n, _deep]) => ({ DELETE: { Room: { _deep, _where: { boxes: { n: { '>': n } } } } } })),
);

class Asked {
  readonly store = new Store({ prng: seededPrng(1), rowsMax: 4096, heapWordsMax: 2 ** 20 });
  readonly executor = new Executor({ store: this.store, clock: systemClock });

  begin(query: object): ReturnType<Executor['begin']> {
    const parsed = parseQuery(toBytes(query), 'standard');
    if (!parsed.ok) throw parsed.rejected.error;
    return this.executor.begin(parsed.query);
  }

  ask(query: object): string {
    const outcome = this.begin(query);
    if (!('ok' in outcome)) throw new Error('a query for one step takes several');
    return textOf(outcome);
  }

  /** What all that can be asked about items and what links to them is answered. */
  look(oids: Readonly<Record<string, readonly string[]>>): string {
    const reads: object[] = [{ COUNT: {} }, { INDEXES: {} }];
    for (const [name, _oids] of Object.entries(oids)) {
      reads.push({ OIDS: { _class: name } }, { FIND: { [name]: {} } });
      if (_oids.length > 0) reads.push({ GET: { [name]: { _oids } } });
    }
    for (const terms of [{ one: { n: { '>': 20 } } }, { many: { s: 'text 1' } }, { one: { tags: 'common' } }])
      reads.push({ FIND: { Box: terms } }, { COUNT: { Room: { boxes: terms } } });
    reads.push({ FIND: { Item: { s: 'text 2' } } }, { COUNT: { Item: { b: { '!=': true } } } });
    return reads.map((read) => this.ask(read)).join('\n');
  }
}

function textOf(outcome: Outcome): string {
  if (!outcome.ok) throw outcome.error;
  return Buffer.from(outcome.body).toString();
}

test(
  'reads between the steps of a write see nothing of it at first, and then all of it',
  { timeout: scaledTimeoutMs(120_000) },
  () => {
    let [pausesBefore, pausesAfter] = [0, 0];
    fc.assert(
      fc.property(
        fc.array(box, { maxLength: 40 }),
        fc.array(write, { minLength: 1, maxLength: 4 }),
        (boxes, writes) => {
          const asked = new Asked();
          asked.ask(createBoxes.query());
          asked.ask(items(0, 60));
          const known = oidsOf(asked.store, 'Item');
          const link = (n: number): object => (n < known.length ? { _oid: known[n] } : item(n));
          const _objects = boxes.map(({ n, one, many }) => ({
            n,
            boxes: [{ n, ...(one !== null && { one: link(one) }), many: many.map(link) }],
          }));
          if (_objects.length > 0) asked.ask({ STORE: { _class: 'Room', _objects } });
          for (const query of writes) {
            const oids = Object.fromEntries(['Item', 'Box', 'Room'].map((name) => [name, oidsOf(asked.store, name)]));
            const before = asked.look(oids);
            const seen: string[] = [];
            const steps = asked.begin(query);
            if ('ok' in steps) throw new Error('a query takes one step');
            let step = steps.next();
            for (; step.done !== true; step = steps.next()) seen.push(asked.look(oids));
            // The second time, indexes are there already, or gone.
            if (step.value.ok || !('CREATE_INDEX' in query || 'DROP_INDEX' in query)) textOf(step.value);
            const after = asked.look(oids);
            const isBefore = seen.map((one) => one === before);
            const changedAt = isBefore.indexOf(false);
            const rest = changedAt < 0 ? [] : seen.slice(changedAt);
            for (const one of rest) expect(one).toBe(after);
            pausesBefore += seen.length - rest.length;
            pausesAfter += rest.length;
            expectSound(asked.store);
          }
        },
      ),
      propertyRuns(60),
    );
    expect(pausesBefore).toBeGreaterThan(50);
    expect(pausesAfter).toBeGreaterThan(50);
  },
);
