import { connectWs } from '@syncytium/transport/ws';
import { expect, test } from 'vitest';
import { runProgram } from './run-program.js';

const any = '127.0.0.1:0';
type Json = Readonly<Record<string, unknown>>;

async function startFusion(threads: number) {
  const program = runProgram('fusion', ['--rest', any, '--ws', any, '--bulk', any, '--threads', String(threads)]);
  const [, ws = '', bulk = ''] = await program.ready();
  return { ws, bulk };
}

/** A WebSocket whose answers are told apart by the `_qid`s it gives. */
async function openClient(url: string) {
  /** The `_qid`s in the order answered. */
  const answered: string[] = [];
  const waiting = new Map<string, (answer: Json) => void>();
  const socket = await connectWs(url, {
    onMessage(data) {
      const answer = JSON.parse(data.toString()) as Json & { _qid: string };
      answered.push(answer._qid);
      waiting.get(answer._qid)?.(answer);
    },
  });
  let asked = 0;
  const ask = (name: string, query: object, qid = `${name} ${asked++}`): Promise<Json> => {
    socket.send(JSON.stringify({ [name]: { _qid: qid, ...query } }));
    return new Promise((resolve) => waiting.set(qid, resolve));
  };
  return { ask, answered, close: () => socket.close() };
}

function oidsOf(stored: Json): string[] {
  return (stored['STORE_RSP'] as { Half: { _oid: string } }[]).map(({ Half }) => Half._oid);
}

test('no client ever sees half a write, however many read beside the one that writes', async () => {
  const { ws } = await startFusion(3);
  const writer = await openClient(ws);
  await writer.ask('CREATE_CLASSES', { Half: { value: 'int', text: 'string' } });
  const halves = [0, 1].map(() => ({ value: 0, text: 'x0' }));
  const oids = oidsOf(await writer.ask('STORE', { _class: 'Half', _objects: halves }));
  const readers = await Promise.all(Array.from({ length: 6 }, () => openClient(ws)));

  let isWriting = true;
  const values = new Set<number>();
  const reading = readers.map(async ({ ask }, i) => {
    while (isWriting) {
      const query = { Half: i % 2 === 0 ? {} : { _limit: 2 } };
      const { FIND_RSP } = (await ask('FIND', query)) as { FIND_RSP: { Half: { value: number; text: string } }[] };
      const [a, b] = FIND_RSP.map(({ Half }) => Half);
      expect([a?.value, a?.text]).toEqual([b?.value, b?.text]);
      expect(a?.text).toBe(`x${a?.value}`);
      values.add(a?.value ?? -1);
    }
  });
  for (let n = 1; n <= 300; n++) await writer.ask('UPDATE', { Half: { _oids: oids, value: n, text: `x${n}` } });
  isWriting = false;
  await Promise.all(reading);
  expect(values.size).toBeGreaterThan(5);
  for (const { close } of [writer, ...readers]) close();
});

test('writes of a connection are answered in the order sent, also those that are wrong', async () => {
  const { ws } = await startFusion(2);
  const client = await openClient(ws);
  await client.ask('CREATE_CLASSES', { Half: { value: 'int' } }, 'create');
  const qids = Array.from({ length: 500 }, (_, n) => String(n));
  await Promise.all(
    qids.map((qid, n) =>
      client.ask(
        'STORE',
        { _class: n % 7 === 3 ? 'Nobody' : 'Half', _objects: [n % 5 === 2 ? [] : { value: n }] },
        qid,
      ),
    ),
  );
  expect(client.answered).toEqual(['create', ...qids]);
  client.close();
});

test('a fast read is answered before a slow one that was sent first', async () => {
  const { ws, bulk } = await startFusion(2);
  const loader = await openClient(bulk);
  await loader.ask('CREATE_CLASSES', { Half: { value: 'int', text: 'string' } });
  const objects = Array.from({ length: 10_000 }, (_, n) => ({ value: n, text: `${(n * 7919) % 10_000}` }));
  await loader.ask('STORE', { _rsp: 'none', _metrics: true, _class: 'Half', _objects: objects });
  const client = await openClient(ws);
  const found = client.ask('FIND', { Half: { _sort: ['text', '-value'] } }, 'slow');
  await client.ask('GET', { Half: { _oids: ['00000000-0000-4000-8000-000000000000'] } }, 'fast');
  expect((await found)['FIND_RSP']).toHaveLength(10_000);
  expect(client.answered).toEqual(['fast', 'slow']);
  for (const { close } of [loader, client]) close();
});
