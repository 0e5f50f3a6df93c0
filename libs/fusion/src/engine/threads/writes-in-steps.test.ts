import { expect, test } from 'vitest';
import { parse, toBytes, type Response } from '../../testing/test-engine.js';
import { died, start as startThreads } from '../../testing/threaded-engine.js';
import type { InterfaceName } from '../../fql/query-names.js';

const objects = 60_000;
const count = { COUNT: { Item: {} } };
const counted = (_cnt: number): object => ({ COUNT_RSP: { Item: { _cnt } } });
const refused = (query: string, _a: string): object => ({ [`${query}_RSP_ERR`]: { _err: { _c: 5000, _a } } });

async function start(threads: number) {
  const { engine, ask } = startThreads(threads);
  const connect = (from: InterfaceName, name: string) => {
    const client = engine.connect(from, name);
    return (query: object): Promise<Response | undefined> =>
      new Promise((resolve) => client.submit(toBytes(query), (answer) => resolve(parse(answer))));
  };
  const [bulk, other] = [connect('bulk', 'bulk'), connect('standard', 'ben')];
  await ask({ CREATE_CLASSES: { Item: { n: 'int', name: { _type: 'string', _index: true } } } });
  const store = (count: number): object => ({
    STORE: { _class: 'Item', _objects: Array.from({ length: count }, (_, n) => ({ n, name: `item ${n}` })) },
  });
  await bulk(store(objects));
  return { ask, other, store: (count: number) => bulk(store(count)) };
}

test.each([1, 3])(
  'with %i threads, others read all or none of many objects while they are deleted',
  async (threads) => {
    const { ask, other } = await start(threads);
    let isAnswered = false;
    const isDone = (): boolean => isAnswered;
    const answered = ask({ DELETE: { Item: { _where: { n: { '<': 50_000 } } } } }).finally(() => (isAnswered = true));
    const seen = new Set<string>();
    let reads = 0;
    for (; !isDone(); reads++) {
      const answers = [await other(count), await other({ COUNT: { Item: { name: 'item 49999' } } })];
      if (!isDone()) seen.add(JSON.stringify(answers.slice(0, 1)));
    }
    expect(await answered).toEqual({ DELETE_RSP: { Item: { _cnt: 50_000 } } });
    expect(reads).toBeGreaterThan(5);
    const known = [counted(objects), counted(10_000)].map((answer) => JSON.stringify([answer]));
    expect(known).toEqual(expect.arrayContaining([...seen]));
    expect(await other({ INDEXES: {} })).toEqual({ INDEXES_RSP: [{ Item: { name: { _keys: 10_000 } } }] });
  },
);

test('writes that are given to the thread at the same time are carried out in their order, and answered in it', async () => {
  const { ask, store } = await start(1);
  const deleted = (_cnt: number): object => ({ DELETE_RSP: { Item: { _cnt } } });
  const all = { DELETE: { Item: {} } };
  const one = { STORE: { _rsp: 'none', _class: 'Item', _objects: [{ n: 1 }] } };
  expect(await Promise.all([ask(all), ask(one), ask(all), ask(one), ask(count)])).toEqual([
    deleted(objects),
    undefined,
    deleted(1),
    undefined,
    counted(1),
  ]);
  await store(objects);
  expect(await Promise.all([ask(all), ask(all), ask(count)])).toEqual([deleted(objects + 1), deleted(0), counted(0)]);
});

test('when the thread dies while a write is paused, all of that is done or nothing', async () => {
  const { ask, other, store } = await start(1);
  const answers = await Promise.all([ask({ DELETE: { Item: {} } }), other({ COUNT: { _qid: 'die', Item: {} } })]);
  expect(answers).toEqual([refused('DELETE', 'the thread that had begun it died'), died('COUNT', 0)]);
  const left = await ask(count);
  expect([JSON.stringify(counted(0)), JSON.stringify(counted(objects))]).toContain(JSON.stringify(left));
  await store(10);
  expect(await ask({ DELETE: { Item: { _where: { n: { '<': 10 } } } } })).toMatchObject({ DELETE_RSP: {} });
});

test('what is deleted stays so when the thread dies while it clears away', async () => {
  const { ask, other } = await start(1);
  await ask({ COUNT: { _qid: 'step 40000', Item: {} } });
  expect(await ask({ DELETE: { Item: {} } })).toMatchObject({ DELETE_RSP_ERR: { _err: { _c: 5000 } } });
  expect(await other(count)).toEqual(counted(0));
});
