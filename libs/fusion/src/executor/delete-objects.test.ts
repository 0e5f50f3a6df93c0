import { beforeEach, expect, test } from 'vitest';
import { anyOid, TestEngine } from '../testing/test-engine.js';

let engine: TestEngine;

beforeEach(() => {
  engine = new TestEngine();
  engine.run({
    CREATE_CLASSES: {
      Item: { name: 'string' },
      Order: { items: 'Item[]', gift: 'Item' },
      Customer: { name: { _type: 'string', _index: true }, orders: 'Order[]', last: 'Order' },
    },
  });
});

function storeCustomers(...objects: unknown[]): string[] {
  const stored = engine.run({ STORE: { _class: 'Customer', _objects: objects } }) as { Customer: { _oid: string } }[];
  return stored.map(({ Customer }) => Customer._oid);
}

const remove = (className: string, contents: object): unknown => engine.run({ DELETE: { [className]: contents } });
const counts = (): unknown => engine.run({ COUNT: {} });

test('the objects listed are deleted, each counted once, unknown ones not; what they link to stays', () => {
  const [ada, bob] = storeCustomers({ name: 'Ada', last: { gift: { name: 'Pen' } } }, { name: 'Bob' }, { name: 'Cyd' });
  expect(remove('Customer', { _oids: [ada, bob, ada, '6201f873-67c1-495b-a20a-23356b401635'] })).toEqual({
    Customer: { _cnt: 2 },
  });
  expect(counts()).toEqual({ Item: { _cnt: 1 }, Order: { _cnt: 1 }, Customer: { _cnt: 1 } });
  expect(engine.run({ INDEXES: {} })).toEqual([{ Customer: { name: { _keys: 1 } } }]);
  expect(engine.run({ GET: { Customer: { _oids: [ada] } } })).toEqual({ _class: 'Customer', _objects: [] });
});

test('without a list all objects are deleted, with _where those that fit', () => {
  storeCustomers({ name: 'Ada' }, { name: 'Bob' }, { name: 'Bo' });
  expect(remove('Customer', { _where: { name: { prefix: 'Bo' } } })).toEqual({ Customer: { _cnt: 2 } });
  expect(remove('Customer', {})).toEqual({ Customer: { _cnt: 1 } });
  expect(remove('Customer', {})).toEqual({ Customer: { _cnt: 0 } });
});

test('a linked object that is deleted is absent in its parents', () => {
  const [ada] = storeCustomers({
    name: 'Ada',
    last: { gift: { name: 'Pen' }, items: [{ name: 'Cup' }, { name: 'Hat' }] },
  });
  remove('Item', { _where: { name: { in: ['Pen', 'Cup'] } } });
  expect(engine.run({ GET: { Customer: { _oids: [ada] } } })).toMatchObject({
    _objects: [{ last: { Order: { items: [{ Item: { name: 'Hat' } }], _oid: anyOid } } }],
  });
  expect(engine.run({ COUNT: { Order: { gift: { name: 'Pen' } } } })).toEqual({ Order: { _cnt: 0 } });
  remove('Order', {});
  expect(engine.run({ GET: { Customer: { _oids: [ada] } } })).toEqual({
    _class: 'Customer',
    _objects: [{ name: 'Ada', _oid: ada }],
  });
});

test('_deep deletes what is linked as well and counts it by member', () => {
  const order = (name: string): object => ({ items: [{ name: `${name}1` }, { name: `${name}2` }], gift: { name } });
  storeCustomers({ name: 'Ada', orders: [order('a'), order('b')], last: order('c') }, { name: 'Bob' });
  expect(remove('Customer', { _deep: true })).toEqual({
    Customer: {
      orders: { Order: { items: { Item: { _cnt: 4 } }, gift: { Item: { _cnt: 2 } }, _cnt: 2 } },
      last: { Order: { items: { Item: { _cnt: 2 } }, gift: { Item: { _cnt: 1 } }, _cnt: 1 } },
      _cnt: 2,
    },
  });
  expect(counts()).toEqual({ Item: { _cnt: 0 }, Order: { _cnt: 0 }, Customer: { _cnt: 0 } });
});

test('_deep counts an object that is linked twice where it is met first', () => {
  const [ada] = storeCustomers({ name: 'Ada', orders: [{}] });
  const { _oids } = engine.run({ OIDS: { _class: 'Order' } }) as { _oids: [string] };
  engine.run({ UPDATE: { Customer: { _oids: [ada], last: { _oid: _oids[0] } } } });
  expect(remove('Customer', { _deep: true })).toEqual({
    Customer: {
      orders: { Order: { items: { Item: { _cnt: 0 } }, gift: { Item: { _cnt: 0 } }, _cnt: 1 } },
      last: { Order: { _cnt: 0 } },
      _cnt: 1,
    },
  });
});

test('_deep deletes what others link to, too', () => {
  const [ada, bob] = storeCustomers({ name: 'Ada', last: {} }, { name: 'Bob' });
  const { _oids } = engine.run({ OIDS: { _class: 'Order' } }) as { _oids: [string] };
  engine.run({ UPDATE: { Customer: { _oids: [bob], last: { _oid: _oids[0] } } } });
  remove('Customer', { _oids: [ada], _deep: true });
  expect(engine.run({ GET: { Customer: { _oids: [bob] } } })).toMatchObject({ _objects: [{ name: 'Bob', _oid: bob }] });
  expect(engine.run({ COUNT: { Customer: { last: { items: { name: 'x' } } } } })).toEqual({ Customer: { _cnt: 0 } });
});

test('a class that does not exist has nothing to delete', () => {
  expect(engine.codeOf({ DELETE: { Nope: {} } })).toBe(1000);
});

test('CLEAR takes out everything, classes included', () => {
  storeCustomers({ name: 'Ada', last: {} });
  expect(engine.run({ CLEAR: { _confirm: 'IKnowWhatImDoing' } })).toEqual({ _cnt: 2 });
  expect(counts()).toEqual({});
  expect(engine.run({ CLASSES: {} })).toEqual([]);
  expect(engine.codeOf({ FIND: { Customer: {} } })).toBe(1000);
  expect(engine.run({ CREATE_CLASSES: { Customer: { other: 'int' } } })).toEqual({ Customer: {} });
});
