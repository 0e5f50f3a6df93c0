import { AskedEngine, ObjectCounter } from './asked-engine.js';
import { peerVersion } from './bench-peers.js';
import type { Contender, Versions } from './entry.js';
import { duckdbPackage, openDuckdb, openSqlite, rowsOf, sqlitePackage } from './peer-databases.js';

/** A hundred thousand customers, each with an address and two orders, each with three items. */
const customers = 100_000;
const ordersEach = 2;
const itemsEach = 3;
const cities = 1000;
const skus = 10_000;

/** Of the hundred customers in the city, these have ordered the thing, which sixty customers have. */
export const asked = { city: 'city7', sku: skuOf(42), found: 20 } as const;

/** Customers by the city of their address and a thing that is in one of their orders. */
export interface RelationStore {
  readonly name: string;
  readonly role: Contender['role'];
  /** Fills it. Throws a `SkipError` when it is not installed. */
  readonly fill: () => Promise<Relations>;
}

interface Relations {
  readonly versions: Versions;
  /** How many customers were found. */
  readonly find: () => number | Promise<number>;
}

function skuOf(item: number): string {
  return `sku${(item * 7919) % skus}`;
}

interface Customer {
  readonly name: string;
  readonly address: object;
  readonly orders: readonly object[];
}

function customer(i: number): Customer {
  const orders = Array.from({ length: ordersEach }, (_, o) => {
    const number = i * ordersEach + o;
    return { number, items: Array.from({ length: itemsEach }, (_, k) => ({ sku: skuOf(number * itemsEach + k) })) };
  });
  return { name: `name${i}`, address: { city: `city${i % cities}` }, orders };
}

const batchSize = 2000;

/** Two engines serve all of ours, for filling one takes longer than asking it. */
const engines = new Map<boolean, AskedEngine>();

function fusion(isIndexed: boolean): AskedEngine {
  const known = engines.get(isIndexed);
  if (known) return known;
  const engine = new AskedEngine();
  const text = JSON.stringify({ _type: 'string', _index: isIndexed });
  engine.ask(
    `{"CREATE_CLASSES":{"Address":{"city":${text}},"Item":{"sku":${text}},"Order":{"number":"int","items":"Item[]"},` +
      '"Customer":{"name":"string","address":"Address","orders":"Order[]"}}}',
  );
  for (let from = 0; from < customers; from += batchSize) {
    const batch = Array.from({ length: batchSize }, (_, i) => customer(from + i));
    engine.ask(`{"STORE":{"_class":"Customer","_rsp":"none","_objects":${JSON.stringify(batch)}}}`);
  }
  engines.set(isIndexed, engine);
  return engine;
}

const address = `"address":{"city":"${asked.city}"}`;
const orders = `"orders":{"items":{"sku":"${asked.sku}"}}`;

/** The terms in either order, which is not to matter. */
function fillFusion(isIndexed: boolean, ...terms: readonly string[]): RelationStore['fill'] {
  return () => {
    const engine = fusion(isIndexed);
    const query = `{"COUNT":{"Customer":{${terms.join(',')}}}}`;
    const find = `{"FIND":{"Customer":{${terms.join(',')},"_select":["name"]}}}`;
    if (!engine.ask(query).includes(`:${asked.found}}`)) throw new Error('the wrong number was counted');
    const counter = new ObjectCounter();
    return Promise.resolve({ versions: {}, find: () => counter.countIn(engine.ask(find)) });
  };
}

/** Tables filled by SQL; `numbers` is what gives the numbers below one. Links are indexed in every case, as ours are. */
function tables(numbers: (count: number) => string, isIndexed: boolean): readonly string[] {
  const orderCount = customers * ordersEach;
  return [
    'create table address (id integer primary key, city text)',
    'create table customer (id integer primary key, name text, address integer)',
    'create table orders (id integer primary key, customer integer)',
    'create table item (id integer primary key, orders integer, sku text)',
    `insert into address select i, 'city' || (i % ${cities}) from ${numbers(customers)}`,
    `insert into customer select i, 'name' || i, i from ${numbers(customers)}`,
    `insert into orders select i, i / ${ordersEach} from ${numbers(orderCount)}`,
    `insert into item select i, i / ${itemsEach}, 'sku' || ((i * 7919) % ${skus}) from ${numbers(orderCount * itemsEach)}`,
    'create index customer_address on customer (address)',
    'create index orders_customer on orders (customer)',
    'create index item_orders on item (orders)',
    ...(isIndexed
      ? ['create index address_city on address (city)', 'create index item_sku on item (sku)', 'analyze']
      : ['analyze']),
  ];
}

const sql =
  'select distinct c.id, c.name from customer c join address a on a.id = c.address join orders o on o.customer = c.id ' +
  'join item i on i.orders = o.id where a.city = $1 and i.sku = $2';

function fillSqlite(isIndexed: boolean): RelationStore['fill'] {
  return async () => {
    const db = await openSqlite();
    const numbers = (count: number): string =>
      `(with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1}) select i from n)`;
    for (const statement of tables(numbers, isIndexed)) db.exec(statement);
    const finding = db.prepare(sql.replace(/\$[12]/g, '?'));
    return {
      versions: { [sqlitePackage]: peerVersion(sqlitePackage) },
      find: () => finding.all(asked.city, asked.sku).length,
    };
  };
}

async function fillDuckdb(): Promise<Relations> {
  const connection = await openDuckdb();
  // There, `/` is for fractions.
  const statements = tables((count) => `range(${count}) as n(i)`, false).map((text) => text.replaceAll(' / ', ' // '));
  for (const statement of statements) await connection.run(statement);
  const finding = await connection.prepare(sql);
  return {
    versions: { [duckdbPackage]: peerVersion(duckdbPackage) },
    find: async () => (await rowsOf(finding, asked.city, asked.sku)).length,
  };
}

/** Ours, and those it is compared with. */
export const relationStores: readonly RelationStore[] = [
  { name: 'Fusion', role: 'ours', fill: fillFusion(false, address, orders) },
  { name: 'Fusion, other order', role: 'ours', fill: fillFusion(false, orders, address) },
  { name: 'Fusion, indexed', role: 'ours', fill: fillFusion(true, address, orders) },
  { name: 'Fusion, indexed, other order', role: 'ours', fill: fillFusion(true, orders, address) },
  { name: 'better-sqlite3', role: 'peer', fill: fillSqlite(false) },
  { name: 'better-sqlite3, indexed', role: 'peer', fill: fillSqlite(true) },
  { name: 'DuckDB', role: 'peer', fill: fillDuckdb },
];
