import { describe, expect, test } from 'vitest';
import { Scheduler } from './scheduler.js';

class Query {
  constructor(
    readonly name: string,
    readonly access: 'read' | 'write',
    readonly connection: object,
  ) {}
}

const ann = { name: 'ann' };
const ben = { name: 'ben' };

/** `r1` is a read, `w1` a write; of ann's connection unless told. */
function query(name: string, connection = ann): Query {
  return new Query(name, name.startsWith('r') ? 'read' : 'write', connection);
}

function submitAll(scheduler: Scheduler<Query>, names: string): Map<string, Query> {
  const queries = new Map(names.split(' ').map((name) => [name, query(name)]));
  for (const each of queries.values()) expect(scheduler.submit(each)).toBe(true);
  return queries;
}

/** Starts all that may start now. */
function startAll(scheduler: Scheduler<Query>): string[] {
  const started: string[] = [];
  for (let next = scheduler.start(); next; next = scheduler.start()) started.push(next.name);
  return started;
}

const namesOf = (queries: readonly Query[]): string[] => queries.map(({ name }) => name);

test('reads run side by side, as many as may', () => {
  const scheduler = new Scheduler<Query>({ readsMax: 2, writesMax: 1, queueMax: 10 });
  const queries = submitAll(scheduler, 'r1 r2 r3');
  expect(startAll(scheduler)).toEqual(['r1', 'r2']);
  scheduler.finish(queries.get('r2')!);
  expect(startAll(scheduler)).toEqual(['r3']);
});

test('a write runs alone, after all that came before it and before all that came after', () => {
  const scheduler = new Scheduler<Query>({ readsMax: 4, writesMax: 1, queueMax: 10 });
  const queries = submitAll(scheduler, 'r1 r2 w1 w2 r3');
  expect(startAll(scheduler)).toEqual(['r1', 'r2']);
  scheduler.finish(queries.get('r1')!);
  expect(startAll(scheduler)).toEqual([]);
  scheduler.finish(queries.get('r2')!);
  expect(startAll(scheduler)).toEqual(['w1']);
  scheduler.finish(queries.get('w1')!);
  expect(startAll(scheduler)).toEqual(['w2']);
  scheduler.finish(queries.get('w2')!);
  expect(startAll(scheduler)).toEqual(['r3']);
});

test('a read joins the reads that run, unless a write waits before it', () => {
  const scheduler = new Scheduler<Query>({ readsMax: 4, writesMax: 1, queueMax: 10 });
  submitAll(scheduler, 'r1');
  expect(startAll(scheduler)).toEqual(['r1']);
  submitAll(scheduler, 'r2');
  expect(startAll(scheduler)).toEqual(['r2']);
  submitAll(scheduler, 'w1 r3');
  expect(startAll(scheduler)).toEqual([]);
});

test('writes that follow each other are in hand together, as many as may, but never with a read', () => {
  const scheduler = new Scheduler<Query>({ readsMax: 2, writesMax: 2, queueMax: 10 });
  const queries = submitAll(scheduler, 'w1 w2 w3 r1 w4');
  expect(startAll(scheduler)).toEqual(['w1', 'w2']);
  scheduler.finish(queries.get('w1')!);
  expect(startAll(scheduler)).toEqual(['w3']);
  scheduler.finish(queries.get('w2')!);
  expect([scheduler.canStart, scheduler.isQuiet]).toEqual([false, false]);
  scheduler.finish(queries.get('w3')!);
  expect([scheduler.canStart, scheduler.isQuiet]).toEqual([true, true]);
  expect(startAll(scheduler)).toEqual(['r1']);
});

describe('responses', () => {
  test('of reads leave as soon as they are done', () => {
    const scheduler = new Scheduler<Query>({ readsMax: 2, writesMax: 1, queueMax: 10 });
    const queries = submitAll(scheduler, 'r1 r2');
    startAll(scheduler);
    expect(namesOf(scheduler.finish(queries.get('r2')!))).toEqual(['r2']);
    expect(namesOf(scheduler.finish(queries.get('r1')!))).toEqual(['r1']);
  });

  test('of writes that need no turn wait for the earlier writes of the same connection', () => {
    const scheduler = new Scheduler<Query>({ readsMax: 1, writesMax: 1, queueMax: 10 });
    const queries = submitAll(scheduler, 'w1 w2');
    expect(scheduler.submitFinished(query('w3'))).toEqual([]);
    expect(namesOf(scheduler.submitFinished(query('w4', ben)))).toEqual(['w4']);
    expect(namesOf(scheduler.submitFinished(query('r1')))).toEqual(['r1']);
    startAll(scheduler);
    expect(namesOf(scheduler.finish(queries.get('w1')!))).toEqual(['w1']);
    startAll(scheduler);
    expect(namesOf(scheduler.finish(queries.get('w2')!))).toEqual(['w2', 'w3']);
    expect(namesOf(scheduler.submitFinished(query('w5')))).toEqual(['w5']);
  });
});

test('a full queue takes no more, and nothing is remembered of what it refused', () => {
  const scheduler = new Scheduler<Query>({ readsMax: 1, writesMax: 1, queueMax: 2 });
  const queries = submitAll(scheduler, 'w1 w2');
  expect(scheduler.submit(query('w3'))).toBe(false);
  expect(scheduler.queuedCount).toBe(2);
  startAll(scheduler);
  expect(namesOf(scheduler.finish(queries.get('w1')!))).toEqual(['w1']);
  startAll(scheduler);
  expect(namesOf(scheduler.finish(queries.get('w2')!))).toEqual(['w2']);
  expect(scheduler.isIdle).toBe(true);
});

test('a query can tell what it waits for', () => {
  const scheduler = new Scheduler<Query>({ readsMax: 2, writesMax: 1, queueMax: 10 });
  const queries = submitAll(scheduler, 'r1 r2 w1 w2 r3');
  startAll(scheduler);
  expect(namesOf(scheduler.ahead(queries.get('w1')!, 10))).toEqual(['r1', 'r2']);
  expect(namesOf(scheduler.ahead(queries.get('r3')!, 10))).toEqual(['r1', 'r2', 'w1', 'w2']);
  expect(namesOf(scheduler.ahead(queries.get('r3')!, 3))).toEqual(['r1', 'r2', 'w1']);
  expect(namesOf(scheduler.ahead(queries.get('r3')!, 1))).toEqual(['r1']);
});

test('finishing what does not run is a mistake', () => {
  const scheduler = new Scheduler<Query>({ readsMax: 1, writesMax: 1, queueMax: 2 });
  const queries = submitAll(scheduler, 'w1');
  expect(() => scheduler.finish(queries.get('w1')!)).toThrow('not running');
});
