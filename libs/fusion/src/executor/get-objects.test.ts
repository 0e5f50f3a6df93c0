import { beforeEach, expect, test } from 'vitest';
import { enginePeople } from '../testing/people.js';
import { anyOid, type TestEngine } from '../testing/test-engine.js';

let engine: TestEngine;
let oids: readonly string[];

beforeEach(() => {
  ({ engine, oids } = enginePeople());
});

test('GET returns objects in the order asked, with what they link to, unknown ones left out', () => {
  const { _class, _objects } = engine.run({
    GET: { Person: { _oids: [oids[1], '6201f873-67c1-495b-a20a-23356b401635', oids[0], oids[1]] } },
  }) as { _class: string; _objects: { name: string; _oid: string }[] };
  expect(_class).toBe('Person');
  expect(_objects.map(({ name }) => name)).toEqual(['Bob', 'Ada', 'Bob']);
  expect(_objects[1]).toEqual({
    name: 'Ada',
    age: 36,
    member: true,
    height: 1.7,
    tags: ['math', 'verse'],
    home: { Address: { city: 'London', zip: 1, _oid: anyOid } },
    _oid: oids[0],
  });
});

test('GET leaves out objects of other classes and knows when a class does not exist', () => {
  expect(engine.run({ GET: { Address: { _oids: [oids[0]] } } })).toEqual({ _class: 'Address', _objects: [] });
  expect(engine.codeOf({ GET: { Nope: { _oids: [oids[0]] } } })).toBe(1000);
});
