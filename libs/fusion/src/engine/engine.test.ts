import { describe, expect, test } from 'vitest';
import { silentMetrics, WaitTable, type Metrics } from '@syncytium/kit';
import { SimulatedClock } from '@syncytium/testkit';
import { NotingClient } from '../testing/noting-client.js';
import { TestEngine } from '../testing/test-engine.js';

const create = (name: string, qid: string): object => ({ CREATE_CLASSES: { _qid: qid, [name]: { a: 'int' } } });
const count = (qid: string): object => ({ COUNT: { _qid: qid } });

test('an engine answers in turns of its own, never while it is handed a query', () => {
  const engine = new TestEngine();
  const client = new NotingClient(engine, 'ann');
  client.send(count('1'));
  expect(client.responses).toEqual([]);
  expect(client.pendingCount).toBe(1);
  engine.turn();
  expect(client.keys).toEqual(['1 COUNT_RSP']);
  expect(client.pendingCount).toBe(0);
  expect(engine.isAwake).toBe(false);
});

test('queries of all clients are carried out in the order received', () => {
  const engine = new TestEngine();
  const [ann, ben] = [new NotingClient(engine, 'ann'), new NotingClient(engine, 'ben')];
  ann.send(create('A', '1'));
  ben.send(count('2'));
  ann.send(create('B', '3'));
  ben.send(count('4'));
  engine.settle();
  expect(ann.keys).toEqual(['1 CREATE_CLASSES_RSP', '3 CREATE_CLASSES_RSP']);
  expect(ben.responses).toEqual([
    { _qid: '2', COUNT_RSP: { A: { _cnt: 0 } } },
    { _qid: '4', COUNT_RSP: { A: { _cnt: 0 }, B: { _cnt: 0 } } },
  ]);
});

test('a wrong write is answered after the writes before it, a wrong read at once', () => {
  const engine = new TestEngine();
  const client = new NotingClient(engine, 'ann');
  client.send(create('A', '1'));
  client.send({ STORE: { _qid: '2' } });
  client.send({ FIND: { _qid: '3' } });
  client.send('nonsense');
  expect(client.keys).toEqual(['3 FIND_RSP_ERR', 'FQL_RSP_ERR']);
  engine.settle();
  expect(client.keys.slice(2)).toEqual(['1 CREATE_CLASSES_RSP', '2 STORE_RSP_ERR']);
});

describe('a point read', () => {
  const get = { GET: { A: { _oids: ['eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee'] } } };
  const answer = { GET_RSP: { _class: 'A', _objects: [] } };
  const ready = (): { engine: TestEngine; client: NotingClient } => {
    const engine = new TestEngine();
    engine.run(create('A', '1') as never);
    return { engine, client: new NotingClient(engine, 'ann') };
  };

  test('is answered at once when nothing is in its way', () => {
    const { engine, client } = ready();
    client.send(get);
    expect(client.responses).toEqual([answer]);
    expect(client.pendingCount).toBe(0);
    expect(engine.isAwake).toBe(false);
    expect(engine.run({ STATS: {} })).toMatchObject({ totalQueries: 3 });
  });

  test('waits behind a query that waits', () => {
    const { engine, client } = ready();
    client.send(create('B', '2'));
    client.send(get);
    expect(client.responses).toEqual([]);
    engine.settle();
    expect(client.responses.slice(1)).toEqual([answer]);
  });

  test('is refused as any other by an engine that stops, and on the bulk interface', async () => {
    const { engine, client } = ready();
    expect(engine.codeOf(get, 'bulk')).toBe(1303);
    await engine.engine.drain();
    client.send(get);
    expect(client.responses).toMatchObject([{ GET_RSP_ERR: { _err: { _c: 5000 } } }]);
  });

  test('of a client that is gone is not answered', () => {
    const { client } = ready();
    client.close();
    client.send(get);
    expect(client.responses).toEqual([]);
  });

  test('meets no object that has expired', () => {
    const engine = new TestEngine();
    engine.run({ CREATE_CLASSES: { A: { _ttl: 1000, a: 'int' } } });
    const [stored] = engine.run({ STORE: { _class: 'A', _objects: [{ a: 1 }] } }) as { A: { _oid: string } }[];
    const query = { GET: { A: { _oids: [stored?.A._oid] } } };
    engine.clock.advance(999);
    expect(engine.run(query)).toMatchObject({ _objects: [{ a: 1 }] });
    engine.clock.advance(1);
    expect(engine.run(query)).toMatchObject({ _objects: [] });
  });
});

describe('waits', () => {
  test('name the queries that a query waits behind', () => {
    const engine = new TestEngine();
    const [ann, ben] = [new NotingClient(engine, 'ws 1'), new NotingClient(engine, 'ws 2')];
    ann.send(create('A', '1'));
    expect(engine.waits.list()).toEqual([]);
    ben.send(count('2'));
    ann.send({ FIND: { A: {} } });
    engine.clock.advance(250);
    expect(engine.waits.list()).toMatchObject([
      {
        system: 'fusion',
        who: 'COUNT #2 of ws 2',
        what: 'its turn',
        whom: ['CREATE_CLASSES #1 of ws 1'],
        mode: 'all',
        waitedMs: 250,
      },
      { who: 'FIND #3 of ws 1', whom: ['CREATE_CLASSES #1 of ws 1', 'COUNT #2 of ws 2'] },
    ]);
    engine.settle();
    expect(engine.waits.counts()).toMatchObject({ open: 0, done: 2 });
  });

  test('name a few queries only, however many are ahead', () => {
    const engine = new TestEngine();
    const client = new NotingClient(engine, 'ws 1');
    for (let i = 0; i < 50; i++) client.send(count(String(i)));
    expect(engine.waits.list().at(-1)?.whom).toHaveLength(8);
    engine.settle();
  });
});

describe('limits', () => {
  test('a full queue refuses, and says so', () => {
    const engine = new TestEngine({ queueMax: 2 });
    const client = new NotingClient(engine, 'ann');
    for (const qid of ['1', '2', '3']) client.send(count(qid));
    expect(client.responses).toEqual([
      { _qid: '3', COUNT_RSP_ERR: { _err: { _c: 5000, _a: 'the queue is full: 2 waiting' } } },
    ]);
    engine.settle();
    expect(client.keys.slice(1)).toEqual(['1 COUNT_RSP', '2 COUNT_RSP']);
    client.send(count('4'));
    engine.settle();
    expect(client.keys.at(-1)).toBe('4 COUNT_RSP');
  });

  test('queries that wait may hold so many bytes, but one alone is always taken', () => {
    const engine = new TestEngine({ queueBytesMax: 100 });
    const client = new NotingClient(engine, 'ann');
    const long = { COUNT: { _qid: 'long', ['A'.repeat(60)]: { ['b'.repeat(200)]: 1 } } };
    client.send(long);
    client.send(count('2'));
    expect(client.keys).toEqual(['2 COUNT_RSP_ERR']);
    engine.settle();
    expect(client.keys.at(-1)).toBe('long COUNT_RSP_ERR');
    client.send(count('3'));
    client.send(count('4'));
    engine.settle();
    expect(client.keys.slice(2)).toEqual(['3 COUNT_RSP', '4 COUNT_RSP']);
  });

  test('a full wait table refuses as a full queue does', () => {
    const clock = new SimulatedClock();
    const engine = new TestEngine({ clock, waits: new WaitTable({ system: 'fusion', clock, max: 1 }) });
    const client = new NotingClient(engine, 'ann');
    for (const qid of ['1', '2', '3']) client.send(count(qid));
    expect(client.keys).toEqual(['3 COUNT_RSP_ERR']);
    engine.settle();
    expect(client.keys.slice(1)).toEqual(['1 COUNT_RSP', '2 COUNT_RSP']);
  });

  test('a turn ends when its time is over, so that the interfaces get theirs', () => {
    let now = 0;
    const clock = { now: () => now++, wallNow: () => 0, setTimer: () => ({ cancel: () => undefined }) };
    const engine = new TestEngine({ clock, turnMsMax: 1 });
    const client = new NotingClient(engine, 'ann');
    for (const qid of ['1', '2', '3']) client.send(count(qid));
    engine.turn();
    expect(client.keys).toEqual(['1 COUNT_RSP']);
    engine.turn();
    engine.turn();
    expect(client.keys).toEqual(['1 COUNT_RSP', '2 COUNT_RSP', '3 COUNT_RSP']);
    expect(engine.isAwake).toBe(false);
  });
});

describe('polling', () => {
  test('goes on for the window after the last query, then the engine sleeps', () => {
    const engine = new TestEngine({ pollWindowMs: 100 });
    const client = new NotingClient(engine, 'ann');
    client.send(count('1'));
    engine.turn();
    expect(engine.isAwake).toBe(true);
    engine.clock.advance(60);
    client.send(count('2'));
    engine.turn();
    engine.clock.advance(60);
    engine.turn();
    expect(engine.isAwake).toBe(true);
    engine.clock.advance(40);
    engine.turn();
    expect(engine.isAwake).toBe(false);
    client.send(count('3'));
    engine.turn();
    expect(client.keys).toEqual(['1 COUNT_RSP', '2 COUNT_RSP', '3 COUNT_RSP']);
  });
});

describe('a client that is gone', () => {
  test('is answered no more; its reads are dropped, its writes are carried out', () => {
    const engine = new TestEngine();
    const [ann, ben] = [new NotingClient(engine, 'ann'), new NotingClient(engine, 'ben')];
    ann.send(create('A', '1'));
    ann.send(count('2'));
    ann.close();
    ann.close();
    ben.send(count('3'));
    engine.settle();
    expect(ann.responses).toEqual([]);
    expect(ben.responses).toEqual([{ _qid: '3', COUNT_RSP: { A: { _cnt: 0 } } }]);
    expect(engine.waits.openCount).toBe(0);
    expect(engine.run({ STATS: {} })).toMatchObject({ ws: { connected: 2, total: 3 } });
  });
});

test('a query that fails unexpectedly is answered with 5000, and the engine goes on', () => {
  const logged: string[] = [];
  const engine = new TestEngine({
    serverInfo: () => {
      throw new TypeError('secret');
    },
    log: { error: (message: string) => logged.push(message) } as never,
  });
  expect(engine.errorOf({ SERVER_INFO: {} })).toEqual({
    key: 'SERVER_INFO_RSP_ERR',
    code: 5000,
    detail: 'internal error',
  });
  expect(logged).toEqual(['a query failed unexpectedly']);
  expect(engine.run({ COUNT: {} })).toEqual({});
});

test('metrics count queries, failures and times', () => {
  const counted = new Map<string, number>();
  const gauges = new Map<string, () => number>();
  const metrics: Metrics = {
    ...silentMetrics,
    counter: ({ name, labels }) => ({
      inc: () => {
        const key = `${name} ${labels?.['query'] ?? ''}`.trim();
        counted.set(key, (counted.get(key) ?? 0) + 1);
      },
    }),
    observedGauge: ({ name }, read) => gauges.set(name, read),
    histogram: ({ name, labels }) => ({
      observe: () => {
        const key = `${name} ${labels?.['access'] ?? ''}`;
        counted.set(key, (counted.get(key) ?? 0) + 1);
      },
    }),
  };
  const engine = new TestEngine({ metrics });
  engine.run({ CREATE_CLASSES: { A: { a: 'int' } } });
  engine.run({ STORE: { _class: 'A', _objects: [{}, {}] } });
  engine.codeOf({ COUNT: { Nope: {} } });
  engine.codeOf({ FIND: {} });
  engine.codeOf('nonsense');
  expect(Object.fromEntries(counted)).toEqual({
    'fusion_queries_total CREATE_CLASSES': 1,
    'fusion_queries_total STORE': 1,
    'fusion_queries_total COUNT': 1,
    'fusion_queries_total FIND': 1,
    'fusion_query_failures_total COUNT': 1,
    'fusion_query_failures_total FIND': 1,
    fusion_unreadable_queries_total: 1,
    'fusion_queue_seconds write': 2,
    'fusion_queue_seconds read': 1,
    'fusion_executor_seconds write': 2,
    'fusion_executor_seconds read': 1,
  });
  expect(gauges.get('fusion_objects')?.()).toBe(2);
  expect(gauges.get('fusion_queue_length')?.()).toBe(0);
});
