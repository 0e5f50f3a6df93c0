import { isOid } from '@syncytium/codec';
import { seededPrng } from '@syncytium/kit';
import { expect, test } from 'vitest';
import { ClassDefinition, type LinkMember, type ScalarMember } from '../schema/class-definition.js';
import { Store } from './store.js';

const city: ScalarMember = {
  kind: 'scalar',
  name: 'city',
  position: 0,
  isArray: false,
  type: 'string',
  isIndexed: true,
};
const address = new ClassDefinition('Address', [city]);
const home: LinkMember = { kind: 'link', name: 'home', position: 0, isArray: false, target: address };
const person = new ClassDefinition('Person', [home]);

function storeWithClasses(): Store {
  const store = new Store({ prng: seededPrng(1) });
  store.createClass(address);
  store.createClass(person);
  return store;
}

test('objects are found by OID and by row, until they are removed', () => {
  const store = storeWithClasses();
  const table = store.table(address);
  const oid = store.makeOid();
  const row = table.insert(oid);
  table.set(row, city, 'Paris');
  expect(isOid(oid) && oid[14] === '4').toBe(true);
  expect(table.rowOf(oid)).toBe(row);
  expect(table.oidOf(row)).toBe(oid);
  expect(table.get(row, city)).toBe('Paris');
  expect([store.size, table.size]).toEqual([1, 1]);
  table.remove(row);
  expect(table.rowOf(oid)).toBeUndefined();
  expect([...table.rows()]).toEqual([]);
  expect(() => table.oidOf(row)).toThrow('holds no object');
  expect(store.size).toBe(0);
});

test('a new object in the place of a removed one inherits nothing', () => {
  const store = storeWithClasses();
  const table = store.table(address);
  const first = table.insert(store.makeOid());
  table.set(first, city, 'Paris');
  table.remove(first);
  const second = table.insert(store.makeOid());
  expect(second).toBe(first);
  expect(table.get(second, city)).toBeUndefined();
  const index = table.indexOf(city)!;
  expect(index.rowsAt(index.seek('Paris'))).toEqual([]);
});

test('removing an object takes it out of those that link to it', () => {
  const store = storeWithClasses();
  const addresses = store.table(address);
  const people = store.table(person);
  const target = addresses.insert(store.makeOid());
  const parent = people.insert(store.makeOid());
  people.set(parent, home, target);
  expect([...people.referrersOf(target, home)]).toEqual([parent]);
  addresses.remove(target);
  expect(people.get(parent, home)).toBeUndefined();
  expect(people.targetsOf(parent, home)).toEqual([]);
});

test('removing an object that links leaves its target unreferred', () => {
  const store = storeWithClasses();
  const target = store.table(address).insert(store.makeOid());
  const parent = store.table(person).insert(store.makeOid());
  store.table(person).set(parent, home, target);
  store.table(person).remove(parent);
  expect([...store.table(person).referrersOf(target, home)]).toEqual([]);
});

test('clearing takes out objects and classes', () => {
  const store = storeWithClasses();
  store.table(address).insert(store.makeOid());
  expect(store.clear()).toBe(1);
  expect([store.size, store.catalogue.size, [...store.tables()].length]).toEqual([0, 0, 0]);
  expect(() => store.table(address)).toThrow('class Address has no table');
  expect(() => store.createClass(address)).not.toThrow();
});

test('OIDs are all different', () => {
  const store = storeWithClasses();
  expect(new Set(Array.from({ length: 10_000 }, () => store.makeOid())).size).toBe(10_000);
});
