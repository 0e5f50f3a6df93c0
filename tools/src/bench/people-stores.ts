import { AskedEngine, ObjectCounter } from './asked-engine.js';
import { loadPeer } from './bench-peers.js';
import type { Contender } from './entry.js';
import { duckdbPackage, openDuckdb, openSqlite, rowsOf, sqlitePackage } from './peer-databases.js';

/** Objects with an indexed name and an unindexed city, a thousand cities in all. Each question gives the number found. */
export interface People {
  readonly figures: Readonly<Record<string, number>>;
  countCity(city: string): number | Promise<number>;
  findCity(city: string): number | Promise<number>;
  findName(name: string): number | Promise<number>;
}

type Questions = Omit<People, 'figures'>;

/** Somewhere to keep them. */
export interface PeopleStore {
  readonly name: string;
  readonly role: Contender['role'];
  /** The package it is in, which may not be installed. */
  readonly packageName?: string;
  /** Fills it with so many. Throws a `SkipError` when it is not installed. */
  readonly fill: (count: number) => Promise<People>;
}

interface Person {
  readonly name: string;
  readonly city: string;
  readonly age: number;
}

const batchSize = 10_000;

/** So many people, ten thousand at a time. */
export function* batchesOf(count: number): Iterable<readonly Person[]> {
  for (let from = 0; from < count; from += batchSize)
    yield Array.from({ length: batchSize }, (_, i) => person(from + i));
}

function person(i: number): Person {
  return { name: `name${i}`, city: `city${i % 1000}`, age: (i * 7919) % 100 };
}

/** A store filled in batches, with the time its inserts took and, where it can tell, the memory of an object. */
async function filled(
  count: number,
  insert: (batch: readonly Person[]) => unknown,
  questions: Questions,
  bytes?: () => number,
): Promise<People> {
  let insertMs = 0;
  for (const batch of batchesOf(count)) {
    const began = performance.now();
    await insert(batch);
    insertMs += performance.now() - began;
  }
  const insertsPerSecond = Math.round((count / insertMs) * 1000);
  const figures = { 'inserts/s': insertsPerSecond, ...(bytes && { 'bytes per object': bytes() / count }) };
  return { ...questions, figures };
}

/** From the bytes of a query to those of its response, without threads. */
function fillFusion(count: number): Promise<People> {
  const engine = new AskedEngine();
  const counter = new ObjectCounter();
  const countCity = engine.asker('{"COUNT":{"Person":{"city":"', '"}}}');
  const findCity = engine.asker('{"FIND":{"Person":{"city":"', '"}}}');
  const findName = engine.asker('{"FIND":{"Person":{"name":"', '"}}}');
  engine.ask('{"CREATE_CLASSES":{"Person":{"name":{"_type":"string","_index":true},"city":"string","age":"int"}}}');
  return filled(
    count,
    (objects) => engine.ask(`{"STORE":{"_class":"Person","_rsp":"none","_objects":${JSON.stringify(objects)}}}`),
    {
      countCity: (city) => Number(/"_cnt":(\d+)/.exec(countCity(city).toString())?.[1]),
      findCity: (city) => counter.countIn(findCity(city)),
      findName: (name) => counter.countIn(findName(name)),
    },
    () => engine.memoryBytes,
  );
}

/** A `Map` by name, gone through for cities. */
function fillMap(count: number): Promise<People> {
  const byName = new Map<string, Person>();
  const inCity = (city: string): Person[] => {
    const found: Person[] = [];
    for (const one of byName.values()) if (one.city === city) found.push(one);
    return found;
  };
  return filled(count, (batch) => batch.forEach((one) => byName.set(one.name, one)), {
    countCity: (city) => inCity(city).length,
    findCity: (city) => (JSON.parse(JSON.stringify(inCity(city))) as Person[]).length,
    findName: (name) => JSON.stringify([byName.get(name)]).split('"name"').length - 1,
  });
}

/** SQLite in memory with prepared statements. */
async function fillSqlite(count: number): Promise<People> {
  const db = await openSqlite();
  db.exec('create table p (name text, city text, age integer); create index p_name on p (name)');
  const insert = db.prepare('insert into p values (?, ?, ?)');
  const counting = db.prepare('select count(*) as c from p where city = ?');
  const byCity = db.prepare('select * from p where city = ?');
  const byName = db.prepare('select * from p where name = ?');
  const insertAll = db.transaction((batch: readonly Person[]) =>
    batch.forEach(({ name, city, age }) => insert.run(name, city, age)),
  );
  return filled(count, insertAll, {
    countCity: (city) => (counting.get(city) as { c: number }).c,
    findCity: (city) => byCity.all(city).length,
    findName: (name) => (byName.get(name) === undefined ? 0 : 1),
  });
}

/** DuckDB in memory with prepared statements and all its threads. */
async function fillDuckdb(count: number): Promise<People> {
  const connection = await openDuckdb();
  await connection.run('create table p (name varchar, city varchar, age integer)');
  await connection.run('create index p_name on p (name)');
  const counting = await connection.prepare('select count(*)::integer from p where city = $1');
  const byCity = await connection.prepare('select * from p where city = $1');
  const byName = await connection.prepare('select * from p where name = $1');
  const literal = ({ name, city, age }: Person): string => `('${name}','${city}',${age})`;
  return filled(count, (batch) => connection.run(`insert into p values ${batch.map(literal).join(',')}`), {
    countCity: async (city) => Number((await rowsOf(counting, city))[0]?.[0]),
    findCity: async (city) => (await rowsOf(byCity, city)).length,
    findName: async (name) => (await rowsOf(byName, name)).length,
  });
}

const lokiPackage = 'lokijs';

/** LokiJS with a unique index. */
async function fillLoki(count: number): Promise<People> {
  const Loki = (await loadPeer(lokiPackage)) as new (file: string) => Loki;
  const collection = new Loki('people').addCollection('p', { unique: ['name'] });
  return filled(count, (batch) => collection.insert(batch.map((one) => ({ ...one }))), {
    countCity: (city) => collection.find({ city }).length,
    findCity: (city) => collection.find({ city }).length,
    findName: (name) => (collection.by('name', name) === undefined ? 0 : 1),
  });
}

/** What is used of the package, whose own types are not there when this is compiled. */
interface Loki {
  addCollection(
    name: string,
    options: object,
  ): {
    insert(objects: readonly object[]): unknown;
    find(query: object): readonly unknown[];
    by(member: string, value: string): unknown;
  };
}

/** Ours, and those it is compared with. */
export const peopleStores: readonly PeopleStore[] = [
  { name: 'Fusion', role: 'ours', fill: fillFusion },
  { name: 'JavaScript Map', role: 'limit', fill: fillMap },
  { name: 'better-sqlite3', role: 'peer', packageName: sqlitePackage, fill: fillSqlite },
  { name: 'DuckDB', role: 'peer', packageName: duckdbPackage, fill: fillDuckdb },
  { name: 'LokiJS', role: 'peer', packageName: lokiPackage, fill: fillLoki },
];
