import { isOid } from '@syncytium/codec';
import { beforeEach, describe, expect, test } from 'vitest';
import { anyOid, TestEngine } from '../testing/test-engine.js';

let engine: TestEngine;

beforeEach(() => {
  engine = new TestEngine();
  engine.run({
    CREATE_CLASSES: {
      Address: { city: 'string', zip: 'uint' },
      Person: { name: 'string', age: 'int', tags: 'string[]', home: 'Address', all: 'Address[]' },
    },
  });
});

const store = (...objects: unknown[]): never => engine.run({ STORE: { _class: 'Person', _objects: objects } });
const codeOf = (...objects: unknown[]): number => engine.codeOf({ STORE: { _class: 'Person', _objects: objects } });
const people = (): unknown[] => engine.run({ FIND: { Person: {} } });

test('each object gets an OID, and so does each object inside it', () => {
  const stored = store(
    { name: 'Ada', home: { city: 'London' }, all: [{ city: 'Rome' }, { city: 'Oslo' }] },
    { name: 'Bob' },
  ) as [{ Person: Record<string, unknown> }, { Person: Record<string, unknown> }];
  expect(Object.keys(stored[0].Person)).toEqual(['home', 'all', '_oid']);
  expect(Object.keys(stored[1].Person)).toEqual(['_oid']);
  const oids = JSON.stringify(stored).match(/[0-9a-f-]{36}/g) ?? [];
  expect(oids.every(isOid)).toBe(true);
  expect(new Set(oids).size).toBe(5);
  expect(engine.run({ COUNT: {} })).toEqual({ Address: { _cnt: 3 }, Person: { _cnt: 2 } });
});

test('linked objects may be wrapped in their class or bare, and so may the objects themselves', () => {
  store(
    { Person: { name: 'Ada', home: { Address: { city: 'London' } } } },
    { name: 'Bob', all: [{ Address: { city: 'Rome' } }, { city: 'Oslo' }] },
  );
  expect(people()).toEqual([
    {
      Person: {
        name: 'Ada',
        home: { Address: { city: 'London', _oid: anyOid } },
        _oid: anyOid,
      },
    },
    {
      Person: {
        name: 'Bob',
        all: [{ Address: { city: 'Rome', _oid: anyOid } }, { Address: { city: 'Oslo', _oid: anyOid } }],
        _oid: anyOid,
      },
    },
  ]);
});

test('a class with a member of its own name takes both forms', () => {
  engine.run({ CREATE_CLASSES: { kv: { kv: 'string' }, Holder: { one: 'kv' } } });
  engine.run({ STORE: { _class: 'Holder', _objects: [{ one: { kv: 'bare' } }, { one: { kv: { kv: 'wrapped' } } }] } });
  expect(engine.run({ COUNT: { Holder: { one: { kv: 'bare' } } } })).toEqual({ Holder: { _cnt: 1 } });
  expect(engine.run({ COUNT: { Holder: { one: { kv: { '==': 'wrapped' } } } } })).toEqual({ Holder: { _cnt: 1 } });
});

test('an object that is only an OID links one that exists', () => {
  const [{ Address }] = engine.run({ STORE: { _class: 'Address', _objects: [{ city: 'Paris' }] } }) as [
    { Address: { _oid: string } },
  ];
  const { _oid } = Address;
  const stored = store(
    { home: { _oid: _oid.toUpperCase() } },
    { home: { Address: { _oid } }, all: [{ _oid }, { city: 'Rome' }] },
  );
  expect(stored).toMatchObject([
    { Person: { home: { Address: { _oid } } } },
    { Person: { home: { Address: { _oid } }, all: [{ Address: { _oid } }, { Address: {} }] } },
  ]);
  expect(engine.run({ COUNT: {} })).toEqual({ Address: { _cnt: 2 }, Person: { _cnt: 2 } });
});

test('integers of 64 bits come back exactly', () => {
  const ask = (text: string): string => Buffer.from(engine.answer(text).bytes ?? []).toString();
  ask('{"STORE":{"_class":"Person","_objects":[{"age":-9223372036854775808,"home":{"zip":18446744073709551615}}]}}');
  expect(ask('{"FIND":{"Person":{"age":-9223372036854775808}}}')).toContain('"age":-9223372036854775808,');
  expect(ask('{"FIND":{"Address":{"zip":18446744073709551615}}}')).toContain('"zip":18446744073709551615,');
  expect(ask('{"COUNT":{"Address":{"zip":18446744073709551614}}}')).toContain('"_cnt":0');
});

describe('an object is refused', () => {
  test.each([
    [{ nope: 1 }, 1801],
    [{ constructor: 1 }, 1801],
    [{ _oid: '6201f873-67c1-495b-a20a-23356b401635' }, 1200],
    [{ _limit: 1 }, 1200],
    [{ _nope: 1 }, 1201],
    [{ name: 5 }, 1102],
    [{ name: null }, 1102],
    [{ age: 1.5 }, 1102],
    [{ age: '1' }, 1102],
    [{ home: 'Paris' }, 1102],
    [{ home: [] }, 1102],
    [{ home: null }, 1102],
    [{ home: { zip: -1 } }, 1102],
    [{ home: { nope: 1 } }, 1801],
    [{ home: { Person: { name: 'Ada' } } }, 1801],
    [{ home: { _oid: 5 } }, 1101],
    [{ home: { _oid: 'x' } }, 1700],
    [{ home: { _oid: '6201f873-67c1-495b-a20a-23356b401635' } }, 1701],
    [{ home: { _oid: '6201f873-67c1-495b-a20a-23356b401635', city: 'Paris' } }, 1200],
    [{ tags: 'a' }, 1102],
    [{ tags: ['a', 5] }, 1102],
    [{ all: { city: 'Paris' } }, 1102],
    [{ all: [{ city: 5 }] }, 1102],
    [{ all: [5] }, 1102],
  ])('%j with %i', (object, code) => {
    expect(codeOf(object)).toBe(code);
  });
});

test('one wrong object of many, and nothing is stored', () => {
  expect(codeOf({ name: 'Ada', home: { city: 'London' } }, { name: 'Bob' }, { home: { city: 5 } })).toBe(1102);
  expect(codeOf({ name: 'Ada', home: {} }, { home: { _oid: '6201f873-67c1-495b-a20a-23356b401635' } })).toBe(1701);
  expect(engine.run({ COUNT: {} })).toEqual({ Address: { _cnt: 0 }, Person: { _cnt: 0 } });
});

test('a definition in place of the class creates it, unless an object is wrong', () => {
  const query = (...objects: unknown[]): { STORE: unknown } => ({
    STORE: { _class: { Pet: { name: { _type: 'string', _index: true }, owner: 'Person' } }, _objects: objects },
  });
  expect(engine.codeOf(query({ name: 5 }))).toBe(1102);
  expect(engine.codeOf({ COUNT: { Pet: {} } })).toBe(1000);
  expect(engine.run(query({ name: 'Rex', owner: { name: 'Ada' } }))).toMatchObject([
    { Pet: { owner: { Person: {} } } },
  ]);
  expect(engine.run({ COUNT: {} })).toEqual({ Address: { _cnt: 0 }, Person: { _cnt: 1 }, Pet: { _cnt: 1 } });
  expect(engine.codeOf(query({ name: 'Rex' }))).toBe(1001);
});

test('a class that does not exist cannot be stored', () => {
  expect(engine.codeOf({ STORE: { _class: 'Nope', _objects: [{}] } })).toBe(1000);
});

test('a response that would be too long is refused before anything is stored', () => {
  const small = new TestEngine({ responseBytesMax: 200 });
  small.run({ CREATE_CLASSES: { A: { a: 'int' } } });
  expect(small.codeOf({ STORE: { _class: 'A', _objects: [{}, {}, {}, {}] } })).toBe(1503);
  expect(small.run({ COUNT: {} })).toEqual({ A: { _cnt: 0 } });
  expect(small.ask({ STORE: { _rsp: 'none', _class: 'A', _objects: [{}, {}, {}, {}] } })).toBeUndefined();
  expect(small.run({ COUNT: {} })).toEqual({ A: { _cnt: 4 } });
});
