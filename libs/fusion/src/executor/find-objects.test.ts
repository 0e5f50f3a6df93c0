import { beforeEach, describe, expect, test } from 'vitest';
import { enginePeople } from '../testing/people.js';
import { anyOid, TestEngine } from '../testing/test-engine.js';

let engine: TestEngine;
let oids: readonly string[];

beforeEach(() => {
  ({ engine, oids } = enginePeople());
});

function find(terms: object): string[] {
  const found = engine.run({ FIND: { Person: terms } }) as { Person: { name: string } }[];
  return found.map(({ Person }) => Person.name);
}

const codeOf = (terms: object): number => engine.codeOf({ FIND: { Person: terms } });

describe('terms', () => {
  test.each<[object, string[]]>([
    [{}, ['Ada', 'Bob', 'Cyd', 'Dan']],
    [{ name: 'Ada' }, ['Ada']],
    [{ name: 'ada' }, []],
    [{ age: 36 }, ['Ada', 'Cyd']],
    [{ age: 36, name: 'Cyd' }, ['Cyd']],
    [{ member: false }, ['Bob']],
    [{ height: 1.7 }, ['Ada']],
    [{ tags: 'math' }, ['Ada']],
    [{ tags: 'verse', name: 'Bob' }, []],
    [{ home: { city: 'Paris' } }, ['Bob']],
    [{ home: { Address: { city: 'Paris' } } }, ['Bob']],
    [{ home: { city: 'Paris', zip: 1 } }, []],
    [{ all: { city: 'Paris' } }, ['Cyd']],
    [{ all: { city: 'Paris', zip: 2 } }, []],
    [{ all: { city: 'Rome', zip: 2 } }, ['Cyd']],
    [{ age: { '==': 36 } }, ['Ada', 'Cyd']],
    [{ age: { '!=': 36 } }, ['Bob']],
    [{ age: { '<': 36 } }, ['Bob']],
    [{ age: { '<=': 36 } }, ['Ada', 'Bob', 'Cyd']],
    [{ age: { '>': 17, '<=': 36 } }, ['Ada', 'Cyd']],
    [{ age: { '>=': 37 } }, []],
    [{ age: { in: [17, 99] } }, ['Bob']],
    [{ name: { in: ['Dan', 'Ada', 'Dan'] } }, ['Ada', 'Dan']],
    [{ name: { prefix: 'C' } }, ['Cyd']],
    [{ name: { prefix: '' } }, ['Ada', 'Bob', 'Cyd', 'Dan']],
    [{ name: { '>': 'Bob' } }, ['Cyd', 'Dan']],
    [{ member: { '!=': true } }, ['Bob']],
    [{ tags: { prefix: 'da' } }, ['Cyd']],
    [{ tags: { '!=': 'math' } }, ['Ada', 'Cyd']],
    [{ tags: { in: ['math', 'verse'] } }, ['Ada']],
    [{ home: { zip: { '>': 1 } } }, ['Bob']],
  ])('%j finds %j', (terms, names) => {
    expect(find(terms).sort()).toEqual(names);
    const { Person } = engine.run({ COUNT: { Person: terms } }) as { Person: { _cnt: number } };
    expect(Person._cnt).toBe(names.length);
  });

  test.each<[object, number]>([
    [{ nope: 1 }, 1801],
    [{ name: 5 }, 1102],
    [{ name: null }, 1102],
    [{ name: ['Ada'] }, 1102],
    [{ tags: ['math'] }, 1102],
    [{ age: 1.5 }, 1102],
    [{ home: 'Paris' }, 1102],
    [{ home: {} }, 1305],
    [{ home: { nope: 1 } }, 1801],
    [{ home: { _oid: 'x' } }, 1200],
    [{ age: {} }, 1305],
    [{ age: { '=': 1 } }, 1201],
    [{ age: { '>': '1' } }, 1102],
    [{ age: { prefix: '1' } }, 1101],
    [{ name: { prefix: 1 } }, 1102],
    [{ member: { '<': true } }, 1101],
    [{ age: { in: 5 } }, 1101],
    [{ age: { in: [] } }, 1501],
    [{ age: { in: ['5'] } }, 1102],
    [{ _sort: 'nope' }, 1801],
    [{ _sort: 'home' }, 1101],
    [{ _sort: 'tags' }, 1101],
    [{ _select: ['nope'] }, 1801],
  ])('%j are refused with %i', (terms, code) => {
    expect(codeOf(terms)).toBe(code);
  });
});

describe('FIND', () => {
  test('sorts by members, those without the member last', () => {
    expect(find({ _sort: '-name' })).toEqual(['Dan', 'Cyd', 'Bob', 'Ada']);
    expect(find({ _sort: ['age', '-name'] })).toEqual(['Bob', 'Cyd', 'Ada', 'Dan']);
    expect(find({ _sort: ['-age', 'name'] })).toEqual(['Ada', 'Cyd', 'Bob', 'Dan']);
  });

  test('returns a page', () => {
    expect(find({ _sort: 'name', _limit: 2 })).toEqual(['Ada', 'Bob']);
    expect(find({ _sort: 'name', _limit: 2, _offset: 1 })).toEqual(['Bob', 'Cyd']);
    expect(find({ _sort: 'name', _offset: 3 })).toEqual(['Dan']);
    expect(find({ _offset: 9 })).toEqual([]);
    expect(find({ _limit: 0 })).toEqual([]);
    expect(find({ _limit: 2 })).toHaveLength(2);
    expect(find({ _limit: 3, _offset: 3 })).toHaveLength(1);
  });

  test('returns chosen members, and always the OID', () => {
    expect(engine.run({ FIND: { Person: { name: 'Ada', _select: ['age', 'home'] } } })).toEqual([
      { Person: { age: 36, home: { Address: { city: 'London', zip: 1, _oid: anyOid } }, _oid: oids[0] } },
    ]);
  });

  test('returns 50,000 objects at most', () => {
    const many = Array.from({ length: 50_001 }, () => ({}));
    engine.ask({ STORE: { _rsp: 'none', _class: 'Address', _objects: many } });
    expect(engine.run({ FIND: { Address: {} } })).toHaveLength(50_000);
    expect(engine.run({ FIND: { Address: { _offset: 50_000 } } })).toHaveLength(5);
  });

  test('refuses a response that links would make too long', () => {
    const small = new TestEngine({ responseBytesMax: 100_000 });
    small.run({
      CREATE_CLASSES: { C0: { a: 'int' }, C1: { next: 'C0[]' }, C2: { next: 'C1[]' }, C3: { next: 'C2[]' } },
    });
    let link: object = { a: 1 };
    for (const _class of ['C0', 'C1', 'C2', 'C3']) {
      const [entry] = small.run({ STORE: { _class, _objects: [link] } }) as [Record<string, { _oid: string }>];
      link = { next: Array.from({ length: 100 }, () => ({ _oid: entry[_class]?._oid })) };
    }
    expect(small.codeOf({ FIND: { C3: {} } })).toBe(1503);
    expect(small.run({ COUNT: { C3: { next: { next: { next: { a: 1 } } } } } })).toEqual({ C3: { _cnt: 1 } });
  });
});
