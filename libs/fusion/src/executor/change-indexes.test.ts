import { beforeEach, describe, expect, test } from 'vitest';
import { enginePeople } from '../testing/people.js';
import type { TestEngine } from '../testing/test-engine.js';

let engine: TestEngine;
let oids: readonly string[];

beforeEach(() => {
  ({ engine, oids } = enginePeople());
});

interface Indexes {
  readonly [member: string]: { readonly _keys: number };
}

function keysOf(className: string): Indexes {
  const classes = engine.run({ INDEXES: {} }) as Record<string, Indexes>[];
  return Object.assign({}, ...classes.map((entry) => entry[className] ?? {})) as Indexes;
}

const create = (contents: object): number => engine.codeOf({ CREATE_INDEX: contents });
const drop = (contents: object): number => engine.codeOf({ DROP_INDEX: contents });

describe('CREATE_INDEX', () => {
  test('takes in the objects that are there and those that come', () => {
    expect(engine.run({ CREATE_INDEX: { Person: ['age', 'height'], Address: ['zip'] } })).toEqual({
      Person: {},
      Address: {},
    });
    expect(keysOf('Person')).toMatchObject({ age: { _keys: 2 }, height: { _keys: 1 } });
    expect(keysOf('Address')).toMatchObject({ zip: { _keys: 3 } });
    engine.run({ STORE: { _class: 'Person', _objects: [{ age: 3 }] } });
    engine.run({ DELETE: { Person: { _oids: [oids[1]] } } });
    expect(keysOf('Person')).toMatchObject({ age: { _keys: 2 } });
    expect(engine.run({ COUNT: { Person: { age: 3 } } })).toEqual({ Person: { _cnt: 1 } });
  });

  test('is told by CLASSES', () => {
    engine.run({ CREATE_INDEX: { Person: ['age'] } });
    expect(engine.run({ CLASSES: {} })).toMatchObject([
      {},
      { Person: { age: { _type: 'int', _index: true }, height: { _index: false } } },
    ]);
  });

  test('makes all indexes or none', () => {
    expect(create({ Person: ['age', 'name'] })).toBe(1802);
    expect(create({ Person: ['age'], Address: ['nope'] })).toBe(1801);
    expect(keysOf('Person')).not.toHaveProperty('age');
  });
});

describe('DROP_INDEX', () => {
  test('takes an index away, and finds the same without', () => {
    const before = engine.run({ FIND: { Person: { name: 'Ada' } } });
    expect(engine.run({ DROP_INDEX: { Person: ['name', 'tags'] } })).toEqual({ Person: {} });
    expect(engine.run({ INDEXES: {} })).toEqual([{ Address: { city: { _keys: 3 } } }]);
    expect(engine.run({ FIND: { Person: { name: 'Ada' } } })).toEqual(before);
    engine.run({ CREATE_INDEX: { Person: ['name'] } });
    expect(keysOf('Person')).toEqual({ name: { _keys: 4 } });
  });

  test('takes all away or none', () => {
    expect(drop({ Person: ['name', 'age'] })).toBe(1803);
    expect(keysOf('Person')).toHaveProperty('name');
  });
});

test.each<[object, number]>([
  [{}, 1304],
  [{ Nope: ['a'] }, 1000],
  [{ Person: 'age' }, 1101],
  [{ Person: [] }, 1501],
  [{ Person: [1] }, 1101],
  [{ Person: ['nope'] }, 1801],
  [{ Person: ['_oid'] }, 1200],
  [{ Person: ['home'] }, 1101],
  [{ _oids: [] }, 1200],
])('%j is refused with %i', (contents, code) => {
  expect(create(contents)).toBe(code);
  expect(drop(contents)).toBe(code);
});

test('a member that is named twice is indexed, or dropped, already', () => {
  expect(create({ Person: ['age', 'age'] })).toBe(1802);
  expect(drop({ Person: ['name', 'name'] })).toBe(1803);
});
