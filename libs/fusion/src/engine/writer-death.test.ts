import { scaledTimeoutMs } from '@syncytium/testkit';
import { expect, test } from 'vitest';
import {
  boxes,
  createBoxes as create,
  item,
  items,
  itemTtlMs,
  newLinks,
  oidsOf,
  plain,
} from '../testing/box-queries.js';
import { MortalStore, type Ask } from '../testing/mortal-store.js';

/** A query that takes more writes than this makes tables grow; then the writer dies at some of them, spread over all. */
const writesMax = 1000;
const deathsOfMany = 50;

/** After how many of the deaths it is seen whether the store can be used further. */
const usedLaterEach = 7;

const filled: readonly Ask[] = [create, plain(items(0, 5)), { query: boxes }];

/** Sets texts, lists and links of many, and fails at the last sum. */
const failing: Ask = {
  query: () => ({
    UPDATE: {
      Room: {
        _where: { n: { '>': 0 } },
        boxes: { n: 77, one: { s: 'changed', tags: ['a', 'b', 'c'], b: true }, many: [item(70)] },
        n: { _inc: 1000 },
      },
    },
  }),
};

const cases: readonly (readonly [string, readonly Ask[], Ask])[] = [
  ['CREATE_CLASSES', [], create],
  ['a STORE of one object', filled, plain(items(20, 1))],
  ['a STORE of many', [create], plain(items(20, 5))],
  ['a STORE with links', [create, plain(items(0, 5))], { query: boxes }],
  [
    'a STORE that brings a class, and links to others',
    filled,
    plain({
      STORE: {
        _class: { Tower: { n: 'int', room: 'Room', item: 'Item' } },
        _objects: [{ n: 1, item: item(30), room: { n: 9 } }],
      },
    }),
  ],
  [
    'an UPDATE of all',
    filled,
    plain({ UPDATE: { Item: { _where: { n: { '>=': 0 } }, s: 'new', tags: ['new'], us: [], b: false } } }),
  ],
  ['an UPDATE of links', filled, { query: newLinks }],
  ['an UPDATE that is undone', filled, failing],
  [
    'an UPDATE to texts that need more memory',
    filled,
    plain({ UPDATE: { Item: { _where: { n: { '<': 3 } }, s: 'x'.repeat(50_000) } } }),
  ],
  [
    'a DELETE of one',
    filled,
    { query: (store) => ({ DELETE: { Item: { _oids: oidsOf(store, 'Item').slice(0, 1) } } }) },
  ],
  ['a DELETE of many', filled, plain({ DELETE: { Item: { _where: { n: { '<': 4 } } } } })],
  [
    'a DELETE of all in steps, between which a long STORE is read',
    [create, plain(items(0, 60)), { query: boxes }],
    { ...plain({ DELETE: { Item: {} } }), beside: items(100, 60) },
  ],
  ['a DELETE of all that is linked, too', filled, plain({ DELETE: { Room: { _deep: true, _where: { n: 1 } } } })],
  ['CREATE_INDEX', filled, plain({ CREATE_INDEX: { Item: ['n', 'us'], Room: ['n'] } })],
  [
    'CREATE_INDEX in steps, between which a long STORE is read',
    [create, plain(items(0, 60)), { query: boxes }],
    { ...plain({ CREATE_INDEX: { Item: ['n', 'us'] } }), beside: items(100, 60) },
  ],
  ['DROP_INDEX', filled, plain({ DROP_INDEX: { Item: ['s', 'tags'] } })],
  ['CLEAR', filled, plain({ CLEAR: { _confirm: 'IKnowWhatImDoing' } })],
  ['a STORE that makes tables larger', filled, plain(items(100, 700))],
  [
    'a long STORE',
    [...filled, plain({ DELETE: { Item: { _where: { n: { in: [1, 4] } } } } })],
    { query: boxes, isLong: true },
  ],
  ['an expiry of those stored first', filled, { expires: 100 }],
  ['an expiry of some', filled, { expires: 3 }],
  ['a long STORE that makes tables larger', filled, { ...plain(items(100, 700)), isLong: true }],
];

/** What shows that a store can be used further. */
const later: readonly Ask[] = [
  plain(items(200, 5)),
  plain({ UPDATE: { Item: { _where: { n: { '>=': 0 } }, s: 'later', tags: ['later', 'on'] } } }),
  plain({ DELETE: { Item: { _where: { n: { '>': 202 } } } } }),
  { ...plain(items(300, 3)), isLong: true },
  { query: newLinks },
];

function usedLater(store: MortalStore): readonly string[] {
  if (store.hasClass('Item')) for (const ask of later) expect(store.ask(ask)).toBe(true);
  return store.contents;
}

test.each(cases)(
  'when the writer dies anywhere in %s, all of it is done or nothing',
  { timeout: scaledTimeoutMs(120_000) },
  (_, before, ask) => {
    const base = MortalStore.empty(1);
    for (const one of before) {
      expect(base.ask(one)).toBe(true);
      base.now += itemTtlMs / 2;
    }
    const done = base.copy();
    expect(done.ask(ask)).toBe(ask !== failing);
    const [contentsBefore, contentsDone] = [base.contents, done.contents];
    const [laterBefore, laterDone] = [usedLater(base.copy()), usedLater(done.copy())];
    const writes = base.countWrites(ask);
    const step = writes > writesMax ? writes / deathsOfMany : 1;
    // After the last, all is done and nobody has been told.
    for (let at = 1; at <= writes + 1; at += step) {
      const victim = base.copy();
      victim.die(ask, Math.floor(at));
      const { contents } = victim;
      const isDone = contents.join('\n') === contentsDone.join('\n');
      if (!isDone) expect(contents, `after the death at write ${Math.floor(at)}`).toEqual(contentsBefore);
      if (Math.floor(at) % usedLaterEach === 0) expect(usedLater(victim)).toEqual(isDone ? laterDone : laterBefore);
    }
  },
);

test('what nobody has been told of classes and indexes is as if it had never been', () => {
  const base = MortalStore.empty(1);
  for (const one of filled) base.ask(one);
  const layoutChanges = cases.filter(([name]) => /class|CREATE|DROP|CLEAR/.test(name) && !name.includes('CLASSES'));
  expect(layoutChanges).toHaveLength(5);
  for (const [name, , ask] of layoutChanges) {
    const victim = base.copy();
    victim.die(ask, Infinity);
    expect(victim.contents, name).toEqual(base.contents);
  }
});
