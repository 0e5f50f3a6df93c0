import { LimitError, seededPrng, systemClock } from '@syncytium/kit';
import { expect, test } from 'vitest';
import { Executor } from '../../executor/executor.js';
import { parseQuery } from '../../fql/parse-query.js';
import { contentsOf, expectSound } from '../../testing/sound-store.js';
import { toBytes } from '../../testing/test-engine.js';
import { Store } from '../store.js';

const changesMax = 20;

/** A store of items in which a change has room for little, and what asks it. */
function makeStore() {
  const store = new Store({ prng: seededPrng(1), changesMax });
  const executor = new Executor({ store, clock: systemClock });
  /** The error code of a query; `undefined` where it succeeds. */
  const ask = (query: object): number | undefined => {
    const parsed = parseQuery(toBytes(query), 'standard');
    if (!parsed.ok) throw parsed.rejected.error;
    const outcome = executor.execute(parsed.query);
    return outcome.ok ? undefined : outcome.error.errorCode;
  };
  const fill = (count: number): void => {
    const _objects = Array.from({ length: count }, (_, n) => ({ n, text: `text ${n % 3}`, words: ['a', `${n}`] }));
    expect(
      ask({ CREATE_CLASSES: { Item: { n: 'int', text: { _type: 'string', _index: true }, words: 'string[]' } } }),
    ).toBe(undefined);
    expect(ask({ STORE: { _class: 'Item', _objects } })).toBe(undefined);
  };
  return { store, ask, fill };
}

test('an UPDATE of more values than a change has room for is refused, and everything is as before', () => {
  const { store, ask, fill } = makeStore();
  fill(changesMax + 1);
  const before = contentsOf(store);
  expect(ask({ UPDATE: { Item: { text: 'longer than any text before' } } })).toBe(1503);
  expect(ask({ UPDATE: { Item: { _where: { n: { '<': 7 } }, text: 'new', words: ['b'], n: { _inc: 1 } } } })).toBe(
    1503,
  );
  expect(contentsOf(store)).toEqual(before);
  expectSound(store);
  expect(ask({ UPDATE: { Item: { _where: { n: { '<': changesMax } }, text: 'new' } } })).toBe(undefined);
  expectSound(store);
});

test('a DELETE of more rows apart than a change has room for is refused before anything is gone', () => {
  const { store, ask, fill } = makeStore();
  fill(2 * changesMax + 2);
  const before = contentsOf(store);
  const odd = Array.from({ length: changesMax + 1 }, (_, i) => 2 * i + 1);
  const remove = (numbers: readonly number[]): object => ({ DELETE: { Item: { _where: { n: { in: numbers } } } } });
  expect(ask(remove(odd))).toBe(1503);
  expect(contentsOf(store)).toEqual(before);
  expectSound(store);
  expect(ask(remove(odd.slice(1)))).toBe(undefined);
  // Rows one after the other are noted as one.
  expect(ask({ DELETE: { Item: { _where: { n: { '>': 0 } } } } })).toBe(undefined);
  expect(store.size).toBe(1);
  expectSound(store);
});

test('the limit still holds after CLEAR', () => {
  const { store, ask, fill } = makeStore();
  expect(ask({ CLEAR: { _confirm: 'IKnowWhatImDoing' } })).toBe(undefined);
  fill(changesMax + 1);
  expect(ask({ UPDATE: { Item: { n: 1 } } })).toBe(1503);
  expectSound(store);
});

test('a change says what has no room', () => {
  const { changes } = makeStore().store;
  const note = (count: number) => () =>
    changes.make(() => {
      for (let row = 0; row < count; row++) changes.journal.noteValue(0, 0, row, undefined);
      throw new Error('enough');
    });
  expect(note(changesMax + 1)).toThrow(LimitError);
  expect(note(changesMax + 1)).toThrow('changes of a query');
});
