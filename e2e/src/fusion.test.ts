import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectWs } from '@syncytium/transport/ws';
import { describe, expect, test } from 'vitest';
import { root, runCommand, runProgram } from './run-program.js';

const any = '127.0.0.1:0';
type Json = Readonly<Record<string, unknown>>;

async function startFusion() {
  const program = runProgram('fusion', ['--rest', any, '--ws', any, '--bulk', any]);
  const [rest = '', ws = '', bulk = ''] = await program.ready();
  return { program, rest, ws, bulk };
}

async function post(rest: string, query: unknown): Promise<{ status: number; body: Json }> {
  const response = await fetch(rest, { method: 'POST', body: JSON.stringify(query) });
  return { status: response.status, body: (await response.json()) as Json };
}

/** A WebSocket on which queries are asked one after the other. */
async function openWs(url: string) {
  const answers: Json[] = [];
  const waiting: ((answer: Json) => void)[] = [];
  const socket = await connectWs(url, {
    onMessage(data) {
      const answer = JSON.parse(data.toString()) as Json;
      const next = waiting.shift();
      if (next) next(answer);
      else answers.push(answer);
    },
  });
  return {
    socket,
    ask(query: unknown): Promise<Json> {
      socket.send(JSON.stringify(query));
      const [early] = answers.splice(0, 1);
      return early ? Promise.resolve(early) : new Promise((resolve) => waiting.push(resolve));
    },
  };
}

const classes = {
  CREATE_CLASSES: { Address: { city: 'string' }, Person: { name: 'string', age: 'uint', address: 'Address' } },
};
const people = {
  STORE: {
    _class: 'Person',
    _objects: [
      { name: 'Ada', age: 36, address: { city: 'London' } },
      { name: 'Emmy', age: 53, address: { city: 'Erlangen' } },
    ],
  },
};

describe('fusion', () => {
  test('creates, stores, gets, finds, counts, updates and deletes over REST and both WebSockets', async () => {
    const { rest, ws, bulk } = await startFusion();
    expect(await post(rest, classes)).toEqual({
      status: 200,
      body: { CREATE_CLASSES_RSP: { Address: {}, Person: {} } },
    });

    const bulkSocket = await openWs(bulk);
    const stored = (await bulkSocket.ask(people)) as { STORE_RSP: { Person: { _oid: string } }[] };
    expect(stored.STORE_RSP).toHaveLength(2);
    const oid = stored.STORE_RSP[0]?.Person._oid ?? '';

    const socket = await openWs(ws);
    expect(await socket.ask({ GET: { Person: { _oids: [oid] } } })).toMatchObject({
      GET_RSP: {
        _class: 'Person',
        _objects: [{ name: 'Ada', age: 36, address: { Address: { city: 'London' } }, _oid: oid }],
      },
    });
    expect(await socket.ask({ FIND: { Person: { address: { city: 'Erlangen' } } } })).toMatchObject({
      FIND_RSP: [{ Person: { name: 'Emmy' } }],
    });
    expect((await post(rest, { COUNT: { Person: {} } })).body).toEqual({ COUNT_RSP: { Person: { _cnt: 2 } } });
    expect(await socket.ask({ UPDATE: { Person: { _oids: [oid], age: 37 } } })).toEqual({
      UPDATE_RSP: { Person: { _cnt: 1 } },
    });
    expect((await post(rest, { FIND: { Person: { age: 37 } } })).body).toMatchObject({
      FIND_RSP: [{ Person: { name: 'Ada' } }],
    });
    expect(await socket.ask({ DELETE: { Person: { _oids: [oid] } } })).toEqual({ DELETE_RSP: { Person: { _cnt: 1 } } });
    expect((await post(rest, { COUNT: { Person: {} } })).body).toEqual({ COUNT_RSP: { Person: { _cnt: 1 } } });
  });

  test('refuses on the bulk interface what is not for it', async () => {
    const { bulk } = await startFusion();
    const socket = await openWs(bulk);
    for (const query of ['FIND', 'GET', 'UPDATE', 'DELETE']) {
      expect(await socket.ask({ [query]: { Person: {} } })).toMatchObject({
        [`${query}_RSP_ERR`]: { _err: { _c: 1303 } },
      });
    }
  });

  test('goes on after bad input of every kind', async () => {
    const { rest, ws } = await startFusion();
    expect((await fetch(rest, { method: 'POST', body: '{"FIND":' })).status).toBe(400);
    expect((await fetch(rest, { method: 'POST', body: '['.repeat(10_000) })).status).toBe(400);
    expect((await fetch(rest, { method: 'POST', body: ' '.repeat(100_000) })).status).toBe(413);
    expect((await post(rest, { FIND: { Nobody: { a: 1 } } })).body).toMatchObject({
      FIND_RSP_ERR: { _err: { _c: 1000 } },
    });

    let closed: ((code: number) => void) | undefined;
    const code = new Promise<number>((resolve) => (closed = resolve));
    const large = await connectWs(ws, { onMessage: () => undefined, onClose: (reason) => closed?.(reason) });
    large.send(' '.repeat(100_000));
    expect(await code).toBe(1009);

    expect((await post(rest, classes)).status).toBe(200);
  });

  test('`fusion query` asks a running server', async () => {
    const { rest } = await startFusion();
    await post(rest, classes);
    const asked = runProgram('fusion', ['query', '{"COUNT":{}}'], { SYNCYTIUM_FUSION_REST: new URL(rest).host });
    expect(await asked.exit()).toBe(0);
    expect(JSON.parse(asked.stdout.join('\n'))).toMatchObject({ COUNT_RSP: { Person: { _cnt: 0 } } });
  });

  test('`fusion load` stores a file, and says what it could not store', async () => {
    const { rest, bulk } = await startFusion();
    await post(rest, classes);
    const folder = await mkdtemp(join(tmpdir(), 'fusion-'));
    const file = join(folder, 'people.ndjson');
    await writeFile(file, '{"name":"Ada"}\n{"name":"Emmy","age":53}\n{"name":1}\n');
    const load = runProgram('fusion', ['load', file, '--class', 'Person', '--bulk', new URL(bulk).host]);
    expect(await load.exit()).toBe(1);
    expect(load.stdout).toEqual([expect.stringMatching(/^stored 2 objects in .*, refused 1$/)]);
    expect(load.stderr).toEqual([expect.stringMatching(/^line 3: error 1102, /)]);
    expect((await post(rest, { COUNT: { Person: {} } })).body).toEqual({ COUNT_RSP: { Person: { _cnt: 2 } } });
    await rm(folder, { recursive: true });
  });

  test('`fusion shell` answers piped lines, and tells by its exit code when one failed', async () => {
    const { rest } = await startFusion();
    await post(rest, classes);
    await post(rest, people);
    const bin = join(root, 'apps', 'fusion', 'bin', 'fusion.js');
    const shell = runCommand(process.execPath, [bin, 'shell', '--rest', new URL(rest).host], {}, root, 'pipe');
    shell.process.stdin?.end('FIND {"Person":{"age":\n53}}\n\nCOUNT\n{"FIND":{"Nobody":{}}}\n');
    expect(await shell.exit()).toBe(1);
    expect(shell.stderr).toEqual([]);
    expect(shell.stdout).toEqual([
      expect.stringMatching(/^name +age +address.city +address._oid +_oid$/),
      expect.stringMatching(/^Emmy +53 +Erlangen +[0-9a-f-]{36} +[0-9a-f-]{36}$/),
      '(1 object)',
      '{"COUNT_RSP":{"Address":{"_cnt":2},"Person":{"_cnt":2}}}',
      'error 1000, Class does not exist: Nobody',
    ]);
  });
});
