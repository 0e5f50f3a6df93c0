import { silentLog, systemClock, systemPrng, WaitTable } from '@syncytium/kit';
import { afterEach, expect, test } from 'vitest';
import { parse, toBytes, type Response } from '../../testing/test-engine.js';
import { makeWorkerEntry } from '../../testing/worker-entry.js';
import type { Answer } from '../answer.js';
import { Engine } from '../engine.js';

/**
 * A thread that ends when it reads the text `dies reading`, when it carries out objects of the class `Mortal`, and when it has
 * given four pieces of the response to those of the class `Briefly`.
 */
const entry = makeWorkerEntry(`
  import { BulkQueries } from '../../ingest/bulk-queries.js';
  import { BulkQuery } from '../../ingest/bulk-query.js';
  import { RowAdopter } from '../../store/row-adopter.js';
  const { push } = BulkQuery.prototype;
  BulkQuery.prototype.push = function (piece) {
    if (Buffer.from(piece).includes('dies reading')) process.exit(7);
    push.call(this, piece);
  };
  const { goOn } = BulkQueries.prototype;
  let piecesLeft = 4;
  BulkQueries.prototype.goOn = function (...asked) {
    const progress = goOn.apply(this, asked);
    if (progress.piece && isBrief(progress.piece) && piecesLeft-- === 0) process.exit(7);
    return progress;
  };
  const isBrief = ({ bytes }) => Buffer.from(bytes.buffer, 0, 200).includes('"Briefly"');
  const { show } = RowAdopter.prototype;
  RowAdopter.prototype.show = function () {
    if (this.staged.definition.name === 'Mortal') process.exit(7);
    show.call(this);
  };
`);

const engines: Engine[] = [];

afterEach(() => Promise.all(engines.splice(0).map((engine) => engine.close())));

type Ask = (query: unknown) => Promise<Response | undefined>;

async function start(count: number): Promise<{ ask: Ask; other: Ask }> {
  const clock = systemClock;
  const waits = new WaitTable({ system: 'fusion', clock });
  const engine = new Engine({ clock, prng: systemPrng(), waits, log: silentLog, threads: { count, entry } });
  engines.push(engine);
  const connect = (name: string): Ask => {
    const client = engine.connect('standard', name);
    return (query) => new Promise((resolve) => client.submit(toBytes(query), (answer) => resolve(parse(answer))));
  };
  const [ask, other] = [connect('ann'), connect('ben')];
  const name = { _type: 'string', _index: true };
  await ask({ CREATE_CLASSES: { Part: { name }, Item: { name, part: 'Part' }, Mortal: { name }, Briefly: { name } } });
  await ask({ STORE: { _class: 'Item', _objects: [{ name: 'first' }] } });
  return { ask, other };
}

function storeOf(objects: number, name = 'item', className = 'Item'): string {
  const list = Array.from({ length: objects }, (_, i) => `{"name":"${name} ${i}"}`).join(',');
  return `{"STORE":{"_class":"${className}","_objects":[${list}]}}`;
}

const count = { COUNT: { Item: {} } };
const counted = (cnt: number): object => ({ COUNT_RSP: { Item: { _cnt: cnt } } });
const died = { STORE_RSP_ERR: { _err: { _c: 5000, _a: 'thread 0 of the engine died: exit code 7' } } };

test.each([1, 3])(
  'with %i threads, others read all of a long STORE or nothing, and write while it is read',
  async (threads) => {
    const { ask, other } = await start(threads);
    const answered = ask(storeOf(60_000)).then((response) => (response?.['STORE_RSP'] as unknown[]).length);
    let isDone = false;
    void answered.then(() => (isDone = true));
    const seen = new Set<string>();
    while (!isDone) {
      const answers = await Promise.all([
        other(count),
        other({ COUNT: { Item: { name: 'item 59999' } } }),
        other({ INDEXES: {} }),
        other({ STORE: { _class: 'Part', _objects: [{ name: 'a part' }] } }),
      ]);
      seen.add(JSON.stringify(answers.slice(0, 1)));
    }
    expect(await answered).toBe(60_000);
    const [none, all] = [JSON.stringify([counted(1)]), JSON.stringify([counted(60_001)])];
    expect([...seen].every((one) => one === none || one === all)).toBe(true);
    expect(seen).toContain(none);
    expect(await other(count)).toEqual(counted(60_001));
    expect(await other({ COUNT: { Item: { name: 'item 59999' } } })).toEqual(counted(1));
  },
);

test('a wrong long STORE is answered as a short one is, and stores nothing', async () => {
  const { ask } = await start(1);
  const wrong = storeOf(9000).replace('"item 8999"', '8999');
  expect(await ask(wrong)).toMatchObject({ STORE_RSP_ERR: { _err: { _c: 1102 } } });
  expect(await ask(storeOf(9000).slice(0, -4))).toMatchObject({ FQL_RSP_ERR: { _err: { _c: 1300 } } });
  expect(await ask(storeOf(9000, 'item', 'Nobody'))).toMatchObject({ STORE_RSP_ERR: { _err: { _c: 1000 } } });
  expect(await ask(count)).toEqual(counted(1));
});

test('a thread that dies while it reads a long STORE costs that STORE only', async () => {
  const { ask } = await start(2);
  expect(await ask(storeOf(9000, 'dies reading'))).toEqual(died);
  expect(await ask(count)).toEqual(counted(1));
  expect(await ask(storeOf(9000))).toMatchObject({ STORE_RSP: { length: 9000 } });
  expect(await ask(count)).toEqual(counted(9001));
});

test('a thread that dies at the end of the turn of a long STORE costs that STORE only', async () => {
  const { ask } = await start(2);
  expect(await ask(storeOf(9000, 'item', 'Mortal'))).toEqual(died);
  expect(await ask({ COUNT: {} })).toMatchObject({ COUNT_RSP: { Item: { _cnt: 1 }, Mortal: { _cnt: 0 } } });
  expect(await ask(storeOf(9000))).toMatchObject({ STORE_RSP: { length: 9000 } });
  expect(await ask(count)).toEqual(counted(9001));
});

test('a thread that dies in the middle of a response gets an error in its place', async () => {
  const { ask } = await start(1);
  expect(await ask(storeOf(60_000, 'item', 'Briefly'))).toEqual(died);
  // It had been carried out by then.
  expect(await ask({ COUNT: { Briefly: {} } })).toEqual({ COUNT_RSP: { Briefly: { _cnt: 60_000 } } });
  const [engine] = engines;
  await ask({ CLEAR: { _confirm: 'IKnowWhatImDoing' } });
  await ask({ CREATE_CLASSES: { Briefly: { name: 'string' } } });
  const client = engine!.connect('bulk', 'carl', true);
  const answers = await new Promise<Answer[]>((resolve) => {
    const given: Answer[] = [];
    client.submit(toBytes(storeOf(60_000, 'item', 'Briefly')), (answer) => {
      given.push(answer);
      if (answer.isPart !== true) resolve(given);
    });
  });
  expect(answers.slice(0, -1).every(({ isPart, hasFailed }) => isPart === true && !hasFailed)).toBe(true);
  expect(answers.length).toBeGreaterThan(1);
  expect(parse(answers.at(-1)!)).toEqual(died);
});

test('a client that goes away in the middle of a long STORE leaves nothing behind', async () => {
  const { other } = await start(1);
  const [engine] = engines;
  const client = engine!.connect('bulk', 'carl');
  const parts = client.submitInParts(
    () => expect.unreachable(),
    () => undefined,
  );
  const text = Buffer.from(storeOf(60_000));
  parts.push(text.subarray(0, text.length - 10));
  client.close();
  expect(await other(storeOf(9000))).toMatchObject({ STORE_RSP: { length: 9000 } });
  expect(await other(count)).toEqual(counted(9001));
});
