import { expect, test } from 'vitest';
import { parse, TestEngine, toBytes, type Response } from '../testing/test-engine.js';

const objects = 60_000;

const storeOf = (count: number): object => ({
  STORE: {
    _rsp: 'none',
    _class: 'Item',
    _objects: Array.from({ length: count }, (_, n) => ({ n, name: `item ${n}` })),
  },
});
const count = { COUNT: { Item: {} } };
const counted = (_cnt: number): object => ({ COUNT_RSP: { Item: { _cnt } } });

function start() {
  // A turn is one part of a write.
  const test = new TestEngine({ turnMsMax: 0 });
  const connect = (name: string) => {
    const connection = test.engine.connect('bulk', name);
    const standard = test.engine.connect('standard', name);
    const responses: (Response | undefined)[] = [];
    const send = (query: object): void =>
      ('STORE' in query ? connection : standard).submit(toBytes(query), (answer) => responses.push(parse(answer)));
    return { send, responses, standard };
  };
  const [ann, ben] = [connect('ann'), connect('ben')];
  ann.send({ CREATE_CLASSES: { Item: { n: 'int', name: { _type: 'string', _index: true } } } });
  ann.send(storeOf(objects));
  test.settle();
  ann.responses.length = 0;
  return { test, ann, ben };
}

test('others read while many are deleted, all or none of them, and then the rest is carried out', () => {
  const { test, ann, ben } = start();
  ann.send({ DELETE: { Item: { _where: { n: { '<': objects / 2 } } } } });
  while (ann.responses.length === 0) {
    ben.send(count);
    test.turn();
  }
  test.settle();
  expect(ann.responses).toEqual([{ DELETE_RSP: { Item: { _cnt: objects / 2 } } }]);
  expect(ben.responses.length).toBeGreaterThan(5);
  const isAll = ben.responses.map((one) => JSON.stringify(one) === JSON.stringify(counted(objects)));
  const first = isAll.indexOf(false);
  expect(first).toBeGreaterThan(0);
  for (const one of ben.responses.slice(first)) expect(one).toEqual(counted(objects / 2));
});

test('another write waits for one in steps, for all to see, and what comes after it with it', () => {
  const { test, ann, ben } = start();
  ann.send({ DELETE: { Item: {} } });
  test.turn();
  ben.send(storeOf(3));
  ben.send(count);
  test.turn();
  expect(ben.responses).toEqual([]);
  const [wait] = test.waits.list();
  expect(wait).toMatchObject({ what: 'its turn', whom: [expect.stringMatching(/^DELETE #\d+ of ann$/)] });
  test.settle();
  expect(ben.responses).toEqual([undefined, counted(3)]);
});

test('an engine is closed in the middle of a write, which is answered 5000', async () => {
  const { test, ann } = start();
  ann.send({ DELETE: { Item: {} } });
  test.turn();
  await test.engine.close();
  expect(ann.responses).toMatchObject([{ DELETE_RSP_ERR: { _err: { _c: 5000 } } }]);
});

test('the time of a write is that of all its steps', () => {
  const { test, ann } = start();
  ann.send({ DELETE: { _metrics: true, Item: {} } });
  test.settle();
  expect(ann.responses).toMatchObject([{ _metrics: { _executor: expect.any(Number) as unknown } }]);
});
