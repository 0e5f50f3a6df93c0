import { beforeEach, describe, expect, test } from 'vitest';
import { TestEngine } from '../testing/test-engine.js';

let engine: TestEngine;
let oids: string[];

beforeEach(() => {
  engine = new TestEngine();
  engine.run({
    CREATE_CLASSES: {
      Address: { city: { _type: 'string', _index: true }, zip: 'uint' },
      Person: {
        name: { _type: 'string', _index: true },
        age: 'int',
        weight: 'decimal',
        tags: 'string[]',
        home: 'Address',
        all: 'Address[]',
      },
    },
  });
  const stored = engine.run({
    STORE: {
      _class: 'Person',
      _objects: [
        { name: 'Ada', age: 36, home: { city: 'London' }, all: [{ city: 'Rome' }, { city: 'Oslo' }] },
        { name: 'Bob', age: 17, home: { city: 'Paris' } },
        { name: 'Cyd', age: 36 },
      ],
    },
  }) as { Person: { _oid: string } }[];
  oids = stored.map(({ Person }) => Person._oid);
});

function update(contents: object): number {
  const { Person } = engine.run({ UPDATE: { Person: contents } }) as { Person: { _cnt: number } };
  return Person._cnt;
}

function count(className: string, terms: object): number {
  const counts = engine.run({ COUNT: { [className]: terms } }) as Record<string, { _cnt: number }>;
  return counts[className]?._cnt ?? -1;
}

interface Shown {
  readonly home?: { readonly Address: { readonly city: string; readonly _oid: string } };
  readonly all?: readonly { readonly Address: { readonly city?: string; readonly _oid: string } }[];
  readonly tags?: readonly string[];
}

function get(i: number): Shown {
  const { _objects } = engine.run({ GET: { Person: { _oids: [oids[i]] } } }) as { _objects: [Shown] };
  return _objects[0];
}

const codeOf = (contents: object): number => engine.codeOf({ UPDATE: { Person: contents } });

test('the objects listed are changed, each counted once, unknown ones not', () => {
  expect(update({ _oids: [oids[0], oids[0], oids[1], '6201f873-67c1-495b-a20a-23356b401635'], age: 50 })).toBe(2);
  expect(count('Person', { age: 50 })).toBe(2);
});

test('without a list all objects are changed', () => {
  expect(update({ name: 'Same' })).toBe(3);
  expect(count('Person', { name: 'Same' })).toBe(3);
  expect(count('Person', { name: 'Ada' })).toBe(0);
  expect(engine.run({ INDEXES: {} })).toEqual([
    { Address: { city: { _keys: 4 } } },
    { Person: { name: { _keys: 1 } } },
  ]);
});

test('_where chooses objects by their values before the change, inside the class or beside it', () => {
  expect(update({ _where: { age: 36 }, age: 37 })).toBe(2);
  expect(update({ _where: { age: 36 }, age: 38 })).toBe(0);
  expect(update({ _oids: [oids[0], oids[1]], _where: { age: 37 }, age: 40 })).toBe(1);
  expect(engine.run({ UPDATE: { _where: { home: { city: 'Paris' } }, Person: { age: 1 } } })).toEqual({
    Person: { _cnt: 1 },
  });
  expect(count('Person', { age: 40 })).toBe(1);
});

describe('_if', () => {
  const swap = (from: number, to: number): unknown =>
    engine.run({ UPDATE: { Person: { _oids: [oids[1]], _if: { age: from }, age: to } } });

  test('compares and sets: only an object that satisfies it is changed and counted', () => {
    expect(swap(17, 18)).toEqual({ Person: { _cnt: 1, _unmet: 0 } });
    expect(swap(17, 19)).toEqual({ Person: { _cnt: 0, _unmet: 1 } });
    expect(count('Person', { age: 18 })).toBe(1);
  });

  test('tells an object that is gone from one that does not satisfy it', () => {
    engine.run({ DELETE: { Person: { _oids: [oids[1]] } } });
    expect(swap(17, 18)).toEqual({ Person: { _cnt: 0, _unmet: 0 } });
  });

  test('holds beside _where, and beside the class', () => {
    expect(
      engine.run({
        UPDATE: { _where: { age: 36 }, _if: { home: { city: 'London' } }, Person: { age: 37, home: { city: 'Kent' } } },
      }),
    ).toEqual({ Person: { _cnt: 1, _unmet: 1 } });
    expect(count('Person', { age: 37, home: { city: 'Kent' } })).toBe(1);
  });
});

describe('_inc', () => {
  test('adds to each object, and to an absent member as if it were 0', () => {
    expect(update({ age: { _inc: -1 }, home: { zip: { _inc: 5 } }, weight: { _inc: 0.5 } })).toBe(3);
    expect(count('Person', { age: 35 })).toBe(2);
    expect(count('Person', { age: 16 })).toBe(1);
    expect(count('Person', { weight: 0.5 })).toBe(3);
    expect(count('Address', { zip: 5 })).toBe(2);
  });

  test('is exact beyond 53 bits, up to the bounds of the type', () => {
    const zip = (_inc: string): unknown =>
      engine.ask(`{"UPDATE":{"Person":{"_oids":["${oids[0]}"],"home":{"zip":{"_inc":${_inc}}}}}}`);
    zip('18446744073709551615');
    zip('-9007199254740992');
    expect(engine.ask('{"COUNT":{"Address":{"zip":18437736874454810623}}}')).toEqual({
      COUNT_RSP: { Address: { _cnt: 1 } },
    });
    zip('9007199254740992');
    expect(zip('1')).toMatchObject({ UPDATE_RSP_ERR: { _err: { _c: 1102 } } });
  });

  test('counts once for an object that several link to, and once for each way that leads there', () => {
    const home = get(0).home?.Address._oid;
    update({ _oids: [oids[1], oids[2]], home: { _oid: home } });
    update({ home: { zip: { _inc: 1 } } });
    expect(count('Address', { zip: 1 })).toBe(1);
    update({ _oids: [oids[0]], all: [{ _oid: home }] });
    update({ home: { zip: { _inc: 1 } }, all: { zip: { _inc: 1 } } });
    expect(count('Address', { zip: 3 })).toBe(1);
  });

  test('that fails late leaves nothing behind: no value, no link, no new object, no index key', () => {
    update({ _oids: [oids[2]], home: { _oid: get(0).home?.Address._oid } });
    const state = (): unknown => [
      engine.run({ FIND: { Person: {} } }),
      engine.run({ INDEXES: {} }),
      engine.run({ COUNT: {} }),
    ];
    const before = state();
    const changes = { name: 'New', age: 1, all: [{ city: 'Made' }, { city: 'Too' }], home: { zip: { _inc: -1 } } };
    expect(codeOf(changes)).toBe(1102);
    expect(state()).toEqual(before);
  });
});

test('members of linked objects are changed where there is one', () => {
  expect(update({ home: { city: 'Rome' }, all: { Address: { zip: 7 } } })).toBe(3);
  expect(count('Address', { city: 'Rome' })).toBe(3);
  expect(count('Address', { zip: 7 })).toBe(2);
  expect(get(2)).not.toHaveProperty('home');
});

test('an object that several link to changes for all of them', () => {
  update({ _oids: [oids[1]], home: { _oid: get(0).home?.Address._oid } });
  update({ _oids: [oids[1]], home: { city: 'Bonn' } });
  expect(get(0).home?.Address.city).toBe('Bonn');
});

test('a link is replaced by one to another object; what it led to stays', () => {
  const oslo = get(0).all?.[1]?.Address._oid;
  expect(update({ _oids: [oids[1], oids[2]], home: { Address: { _oid: oslo } } })).toBe(2);
  expect([get(1), get(2)].map(({ home }) => home?.Address.city)).toEqual(['Oslo', 'Oslo']);
  expect(count('Address', {})).toBe(4);
  // The object linked before is gone without a trace in those that no longer link to it.
  engine.run({ DELETE: { Address: { _where: { city: 'Paris' } } } });
  expect(get(1).home?.Address.city).toBe('Oslo');
});

test('a list is replaced as a whole, by new objects and existing ones', () => {
  const rome = get(0).all?.[0]?.Address._oid;
  update({ _oids: [oids[1], oids[2]], all: [{ city: 'Ghent' }, { _oid: rome }], tags: ['x'] });
  const lists = [get(1), get(2)].map(({ all = [] }) => all.map(({ Address }) => Address));
  expect(lists.map((list) => list.map(({ city }) => city))).toEqual([
    ['Ghent', 'Rome'],
    ['Ghent', 'Rome'],
  ]);
  expect(lists[0]?.[0]?._oid).not.toBe(lists[1]?.[0]?._oid);
  expect(lists[0]?.[1]?._oid).toBe(rome);
  expect(get(2).tags).toEqual(['x']);
  expect(count('Address', {})).toBe(6);
});

test('changes are made in their order, each to all objects', () => {
  const home = get(0).home?.Address._oid;
  update({ _oids: [oids[0]], home: { city: 'First' }, all: [{ _oid: home }] });
  update({ _oids: [oids[0]], home: { city: 'Second' }, all: { city: 'Third' } });
  expect(get(0).home?.Address.city).toBe('Third');
  update({ _oids: [oids[0]], all: { city: 'Fourth' }, home: { city: 'Fifth' } });
  expect(get(0).home?.Address.city).toBe('Fifth');
});

describe('a change is refused', () => {
  test.each<[object, number]>([
    [{ nope: 1 }, 1801],
    [{ name: 5 }, 1102],
    [{ name: null }, 1102],
    [{ home: 'Paris' }, 1102],
    [{ home: {} }, 1305],
    [{ home: { zip: -1 } }, 1102],
    [{ home: { nope: 1 } }, 1801],
    [{ home: { _oid: 'x' } }, 1700],
    [{ home: { _oid: '6201f873-67c1-495b-a20a-23356b401635' } }, 1701],
    [{ all: { _oid: '6201f873-67c1-495b-a20a-23356b401635' } }, 1102],
    [{ all: [{ _oid: '6201f873-67c1-495b-a20a-23356b401635' }] }, 1701],
    [{ home: { city: 'X', _oid: '6201f873-67c1-495b-a20a-23356b401635' } }, 1200],
    [{ age: 1, _where: {} }, 1305],
    [{ age: 1, _if: {} }, 1305],
    [{ age: 1, _if: 5 }, 1101],
    [{ age: 1, _if: { nope: 1 } }, 1801],
    [{ name: { _inc: 1 } }, 1101],
    [{ tags: { _inc: 1 } }, 1101],
    [{ home: { _inc: 1 } }, 1200],
    [{ age: { _inc: 1.5 } }, 1102],
    [{ age: { _inc: '1' } }, 1102],
    [{ age: { _inc: 1, _oid: 'x' } }, 1200],
    [{ age: { inc: 1 } }, 1102],
    [{ age: {} }, 1102],
    [{ home: { zip: { _inc: -1 } } }, 1102],
    [{ weight: 1e308, home: { zip: 3 }, all: { zip: { _inc: -4 } } }, 1102],
    [{ age: 1, _where: { nope: 1 } }, 1801],
  ])('%j with %i, and nothing changes', (contents, code) => {
    const before = engine.run({ FIND: { Person: {} } });
    expect(codeOf({ age: 99, ...contents })).toBe(code);
    expect(engine.run({ FIND: { Person: {} } })).toEqual(before);
  });
});
