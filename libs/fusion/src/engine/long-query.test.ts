import { SimulatedClock } from '@syncytium/testkit';
import { expect, test } from 'vitest';
import { parse, TestEngine, toBytes, type Response } from '../testing/test-engine.js';
import type { Answer } from './answer.js';
import type { EngineConnection } from './connection.js';
import type { QueryParts } from './query-parts.js';

/** A clock that goes on a little whenever it is looked at, so that work takes time. */
class TickingClock extends SimulatedClock {
  #ticks = 0;

  override now(): number {
    this.#ticks += 0.25;
    return super.now() + this.#ticks;
  }
}

class Client {
  readonly responses: (Response | undefined)[] = [];
  readonly connection: EngineConnection;
  drained = 0;

  constructor(test: TestEngine, name: string) {
    this.connection = test.engine.connect('standard', name);
  }

  get last(): Response | undefined {
    return this.responses.at(-1);
  }

  send(query: unknown): void {
    this.connection.submit(toBytes(query), (answer) => this.responses.push(parse(answer)));
  }

  begin(): QueryParts {
    return this.connection.submitInParts(
      (answer) => this.responses.push(parse(answer)),
      () => this.drained++,
    );
  }
}

const create = { CREATE_CLASSES: { Item: { name: { _type: 'string', _index: true } } } };
const count = (qid = ''): object => ({ COUNT: { _qid: qid, Item: {} } });
const counted = (cnt: number, qid = ''): object => ({ _qid: qid, COUNT_RSP: { Item: { _cnt: cnt } } });
const error = (code: number): object => ({ STORE_RSP_ERR: { _err: { _c: code } } });

function storeOf(objects: number, head = ''): string {
  const list = Array.from({ length: objects }, (_, i) => `{"name":"item ${i}"}`).join(',');
  return `{"STORE":{${head}"_class":"Item","_objects":[${list}]}}`;
}

function halves(text: string): readonly [Buffer, Buffer] {
  const bytes = Buffer.from(text);
  const middle = bytes.length >> 1;
  return [bytes.subarray(0, middle), bytes.subarray(middle)];
}

function start(): { test: TestEngine; clock: TickingClock; ann: Client; ben: Client } {
  const clock = new TickingClock();
  const test = new TestEngine({ clock });
  const [ann, ben] = [new Client(test, 'ann'), new Client(test, 'ben')];
  ben.send(create);
  test.settle();
  return { test, clock, ann, ben };
}

test('others are served while a long STORE comes, and see all of it when it has been carried out', () => {
  const { test, ann, ben } = start();
  const [first, second] = halves(storeOf(20_000));
  const parts = ann.begin();
  parts.push(first);
  test.settle();
  ben.send({ STORE: { _class: 'Item', _objects: [{ name: 'of ben' }] } });
  ben.send(count());
  test.settle();
  expect(ben.last).toEqual(counted(1));
  parts.push(second);
  parts.end();
  test.settle();
  expect(ann.last).toMatchObject({ STORE_RSP: { length: 20_000 } });
  ben.send(count());
  ben.send({ COUNT: { _qid: '', Item: { name: 'item 19999' } } });
  test.settle();
  expect(ben.responses.slice(-2)).toEqual([counted(20_001), counted(1)]);
});

test('reads between the steps of a long STORE see none of it', () => {
  const { test, ann, ben } = start();
  const parts = ann.begin();
  parts.push(Buffer.from(storeOf(100_000)));
  parts.end();
  while (ann.responses.length === 0) {
    ben.send(count());
    ben.send({ COUNT: { _qid: '', Item: { name: 'item 7' } } });
    ben.send({ INDEXES: {} });
    test.turn();
  }
  test.settle();
  const none = [counted(0), counted(0), { INDEXES_RSP: [{ Item: { name: { _keys: 0 } } }] }];
  const all = [counted(100_000), counted(1), { INDEXES_RSP: [{ Item: { name: { _keys: 100_000 } } }] }];
  const seen = ben.responses.slice(1);
  expect(seen.length).toBeGreaterThan(60);
  const isNone = seen.map((response, i) => JSON.stringify(response) === JSON.stringify(none[i % 3]));
  const first = isNone.indexOf(false);
  expect(isNone.slice(0, first).filter((one) => one).length).toBeGreaterThan(30);
  seen.slice(first).forEach((response, i) => expect(response).toEqual(all[(first + i) % 3]));
});

test('what a connection asks before a long STORE comes before it, and what it asks after it after it', () => {
  const { test, ann } = start();
  ann.send({ CREATE_CLASSES: { _qid: '1', Other: { name: 'string' } } });
  const parts = ann.begin();
  parts.push(Buffer.from(storeOf(3000, '"_qid":"2",').replace('"Item"', '"Other"')));
  parts.end();
  ann.send({ COUNT: { _qid: '3', Other: {} } });
  ann.send({ CLEAR: { _qid: '4', _confirm: 'IKnowWhatImDoing' } });
  ann.send(storeOf(3000, '"_qid":"5",'));
  ann.send({ COUNT: { _qid: '6' } });
  test.settle();
  expect(ann.responses).toMatchObject([
    { _qid: '1', CREATE_CLASSES_RSP: {} },
    { _qid: '2', STORE_RSP: { length: 3000 } },
    { _qid: '3', COUNT_RSP: { Other: { _cnt: 3000 } } },
    { _qid: '4', CLEAR_RSP: { _cnt: 3000 } },
    { _qid: '5', ...error(1000) },
    { _qid: '6', COUNT_RSP: {} },
  ]);
  expect(ann.connection.pendingCount).toBe(0);
});

test('a long STORE whose class is cleared while it comes is refused', () => {
  const { test, ann, ben } = start();
  const [first, second] = halves(storeOf(40_000));
  const parts = ann.begin();
  parts.push(first);
  test.settle();
  ben.send({ CLEAR: { _confirm: 'IKnowWhatImDoing' } });
  ben.send(create);
  test.settle();
  parts.push(second);
  parts.end();
  test.settle();
  expect(ann.last).toMatchObject(error(1000));
  ben.send(count());
  test.settle();
  expect(ben.last).toEqual(counted(0));
});

test('of a client that goes away in the middle of a STORE nothing is kept, and its earlier writes are carried out', async () => {
  const { test, ann, ben } = start();
  ann.send({ STORE: { _class: 'Item', _objects: [{ name: 'one' }] } });
  const parts = ann.begin();
  parts.push(halves(storeOf(9000))[0]);
  ann.connection.close();
  test.settle();
  parts.push(Buffer.from('more'));
  parts.end();
  test.settle();
  ben.send(count());
  test.settle();
  expect(ben.last).toEqual(counted(1));
  await test.engine.drain();
  expect(ann.connection.pendingCount).toBe(0);
});

test('an engine that drains refuses a STORE that has not come whole, and carries out one that has', async () => {
  const { test, ann, ben } = start();
  const carl = new Client(test, 'carl');
  const parts = ann.begin();
  parts.push(halves(storeOf(9000))[0]);
  ben.send(storeOf(9000));
  const drained = test.engine.drain();
  expect(ann.last).toMatchObject(error(5000));
  parts.push(Buffer.from('more'));
  parts.end();
  carl.send(count());
  test.settle();
  await drained;
  expect(carl.last).toMatchObject({ COUNT_RSP_ERR: { _err: { _c: 5000 } } });
  expect(ben.last).toMatchObject({ STORE_RSP: { length: 9000 } });
  expect(ann.responses.length).toBe(1);
});

test('an engine that is closed answers a long STORE with an error', async () => {
  const { test, ann } = start();
  ann.send(storeOf(9000));
  test.turn();
  await test.engine.close();
  expect(ann.last).toMatchObject(error(5000));
});

test('whoever hands over faster than is read is told to wait, and when to go on', () => {
  const { test, ann } = start();
  const parts = ann.begin();
  parts.push(Buffer.from('{"STORE":{"_class":"Item","_objects":[{"name":"a"}'));
  const piece = Buffer.from(',{"name":"another one"}'.repeat(10_000));
  let pushed = 0;
  while (parts.push(piece)) pushed += piece.length;
  expect(pushed).toBeGreaterThan(2 ** 20);
  expect(ann.drained).toBe(0);
  test.settle();
  expect(ann.drained).toBe(1);
  parts.end();
  parts.push(Buffer.from('ignored'));
});

test('a query in parts that is no STORE is carried out as any other', () => {
  const { test, ann } = start();
  const parts = ann.begin();
  for (const piece of ['{"COUNT":', ' '.repeat(100_000), '{"_qid":"', '"}}']) parts.push(Buffer.from(piece));
  parts.end();
  test.settle();
  expect(ann.last).toEqual({ _qid: '', COUNT_RSP: { Item: { _cnt: 0 } } });
});

test('a query in parts that is no STORE is limited in length', () => {
  const { test, ann } = start();
  const parts = ann.begin();
  for (let i = 0; i < 17; i++) parts.push(Buffer.alloc(2 ** 20, ' '));
  parts.end();
  test.settle();
  expect(ann.last).toMatchObject({ FQL_RSP_ERR: { _err: { _c: 1503 } } });
  expect(ann.connection.pendingCount).toBe(0);
});

test('a long STORE waits behind others as any write does, and says so', () => {
  const { test, ann, ben } = start();
  ann.send(storeOf(9000));
  while (test.waits.openCount === 0) {
    ben.send(count());
    test.turn();
  }
  expect(test.waits.openCount).toBeGreaterThan(0);
  test.settle();
  expect(test.waits.openCount).toBe(0);
});

test('what waits behind a long STORE of its connection says so', () => {
  const { test, ann } = start();
  const parts = ann.begin();
  parts.push(Buffer.from(storeOf(9000)));
  ann.send(count());
  expect(test.waits.list().map(({ who, whom }) => [who, whom])).toEqual([['a query of ann', ['STORE #2 of ann']]]);
  parts.end();
  test.settle();
  expect(test.waits.openCount).toBe(0);
  expect(ann.last).toEqual(counted(9000));
});

test('a long response comes in parts to those that take them, and whole to others', () => {
  const { test, ann } = start();
  const answers: Answer[] = [];
  const takesParts = test.engine.connect('standard', 'carl', true);
  takesParts.submit(toBytes(storeOf(20_000, '"_qid":"1","_metrics":true,')), (answer) => answers.push(answer));
  ann.send(storeOf(20_000));
  test.settle();
  expect(ann.responses).toMatchObject([{ STORE_RSP: { length: 20_000 } }]);
  expect(answers.length).toBeGreaterThan(1);
  expect(answers.map(({ isPart = false }) => isPart)).toEqual(answers.map((_, i) => i < answers.length - 1));
  const bytes = Buffer.concat(answers.map((answer) => answer.bytes ?? new Uint8Array()));
  const response = JSON.parse(bytes.toString()) as { STORE_RSP: { Item: { _oid: string } }[] };
  expect(response).toMatchObject({ _qid: '1', _metrics: {} });
  expect(new Set(response.STORE_RSP.map(({ Item }) => Item._oid)).size).toBe(20_000);
});

test('the parts of a long response are in memory that is used again when they have been sent', () => {
  const { test } = start();
  const memory = new Set<ArrayBufferLike>();
  let response = '';
  const client = test.engine.connect('standard', 'carl', true);
  client.submit(toBytes(storeOf(60_000)), ({ bytes, isPart = false, release }) => {
    response += Buffer.from(bytes ?? []).toString();
    if (isPart && bytes) memory.add(bytes.buffer);
    release?.();
  });
  test.settle();
  const { STORE_RSP } = JSON.parse(response) as { STORE_RSP: { Item: { _oid: string } }[] };
  expect(new Set(STORE_RSP.map(({ Item }) => Item._oid)).size).toBe(60_000);
  expect(memory.size).toBe(1);
});

test('what expires while a long STORE is carried out goes when that is done', () => {
  const { test, clock, ann, ben } = start();
  ben.send({ CREATE_CLASSES: { Short: { _ttl: 60, name: 'string' } } });
  ben.send({ STORE: { _class: 'Short', _objects: [{ name: 'a' }] } });
  test.settle();
  ann.send(storeOf(100_000));
  for (let i = 0; i < 5; i++) test.turn();
  expect(ann.responses).toEqual([]);
  clock.advance(60_000);
  test.settle();
  expect(ann.last).toMatchObject({ STORE_RSP: { length: 100_000 } });
  ben.send({ COUNT: { _qid: '', Short: {} } });
  test.settle();
  expect(ben.last).toEqual({ _qid: '', COUNT_RSP: { Short: { _cnt: 0 } } });
});
