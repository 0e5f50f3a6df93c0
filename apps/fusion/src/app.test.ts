import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { silentLog } from '@syncytium/kit';
import { systemDeps, type App } from '@syncytium/program';
import { takePort } from '@syncytium/testkit';
import { connectWs, type WsConnection } from '@syncytium/transport/ws';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildApp } from './app.js';
import { readConfig } from './config.js';

type Json = Readonly<Record<string, unknown>>;

let app: App;
let rest: string;
let ws: string;
let bulk: string;

beforeEach(async () => {
  await start();
});

afterEach(() => app.stop());

async function start(...argv: string[]): Promise<void> {
  // Threads run what is built; here the sources are tested.
  const config = readConfig({}, ['--rest', ':0', '--ws', ':0', '--bulk', ':0', '--threads', '0', ...argv]);
  app = buildApp(config, systemDeps(silentLog));
  [rest = '', ws = '', bulk = ''] = await app.start();
}

const text = (query: unknown): string => (typeof query === 'string' ? query : JSON.stringify(query));

async function post(query: unknown): Promise<{ status: number; body: Json | undefined }> {
  const response = await fetch(rest, { method: 'POST', body: text(query) });
  const body = await response.text();
  return { status: response.status, body: body === '' ? undefined : (JSON.parse(body) as Json) };
}

/** A WebSocket client whose messages are read one after the other. */
class Client {
  #messages: Json[] = [];
  #readers: ((message: Json) => void)[] = [];
  #socket: WsConnection | undefined;
  #onClose: ((code: number) => void) | undefined;
  readonly closed = new Promise<number>((resolve) => (this.#onClose = resolve));

  static async open(url: string): Promise<Client> {
    const client = new Client();
    client.#socket = await connectWs(
      url,
      {
        onMessage: (data, isBinary) => client.#receive(JSON.parse(data.toString()) as Json, isBinary),
        onClose: (code) => client.#onClose?.(code),
      },
      { limits: { messageBytesMax: 2 ** 26 } },
    );
    return client;
  }

  /** What came and was not read. */
  get unread(): readonly Json[] {
    return this.#messages;
  }

  send(query: unknown): void {
    this.#socket?.send(text(query));
  }

  sendBinary(bytes: Uint8Array): void {
    this.#socket?.send(bytes);
  }

  next(): Promise<Json> {
    const message = this.#messages.shift();
    return message ? Promise.resolve(message) : new Promise((resolve) => this.#readers.push(resolve));
  }

  ask(query: unknown): Promise<Json> {
    this.send(query);
    return this.next();
  }

  close(): void {
    this.#socket?.close();
  }

  #receive(message: Json, isBinary: boolean): void {
    if (isBinary) throw new Error('a response came as binary');
    const reader = this.#readers.shift();
    if (reader) reader(message);
    else this.#messages.push(message);
  }
}

const createClasses = { CREATE_CLASSES: { Address: { city: 'string' }, Person: { name: 'string', home: 'Address' } } };
const storePeople = {
  STORE: { _class: 'Person', _objects: [{ name: 'Ada', home: { city: 'London' } }, { name: 'Bob' }] },
};

describe('REST', () => {
  test('answers a query in the body of a POST', async () => {
    expect(await post(createClasses)).toEqual({
      status: 200,
      body: { CREATE_CLASSES_RSP: { Address: {}, Person: {} } },
    });
    expect(await post(storePeople)).toMatchObject({
      status: 200,
      body: { STORE_RSP: [{ Person: {} }, { Person: {} }] },
    });
    expect(await post({ FIND: { Person: { home: { city: 'London' } } } })).toMatchObject({
      status: 200,
      body: { FIND_RSP: [{ Person: { name: 'Ada', home: { Address: { city: 'London' } } } }] },
    });
  });

  test('answers a query in the body of a GET, whatever its content type', async () => {
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', undefined]) {
      const answer = await raw(
        `GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${type === undefined ? '' : `content-type: ${type}\r\n`}content-length: 12\r\n\r\n{"COUNT":{}}`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
      expect(answer).toContain('content-type: application/json');
      expect(answer).toContain('{"COUNT_RSP":{}}');
    }
  });

  test('answers errors with 400', async () => {
    expect(await post({ FIND: { Nobody: {} } })).toEqual({
      status: 400,
      body: { FIND_RSP_ERR: { _err: { _c: 1000, _a: 'Nobody' } } },
    });
    expect(await post('{"FIND"')).toMatchObject({ status: 400, body: { FQL_RSP_ERR: { _err: { _c: 1300 } } } });
    expect(await post('')).toMatchObject({ status: 400, body: { FQL_RSP_ERR: { _err: { _c: 1301 } } } });
    const clear = { CLEAR: { _confirm: 'IKnowWhatImDoing', _rsp: 'error' } };
    expect(await post(clear)).toMatchObject({ status: 400, body: { CLEAR_RSP_ERR: { _err: { _c: 1600 } } } });
  });

  test('answers a write that wants no answer with a status only', async () => {
    const clear = (confirm: string): unknown => ({ CLEAR: { _confirm: confirm, _rsp: 'none' } });
    expect(await post(clear('IKnowWhatImDoing'))).toEqual({ status: 204, body: undefined });
    expect(await post(clear('perhaps'))).toEqual({ status: 400, body: undefined });
  });

  test('answers 413 to a query that is too long, up to the byte', async () => {
    await app.stop();
    await start('--rest-max', '100');
    const query = (length: number): string => text({ COUNT: {} }).padEnd(length);
    expect((await post(query(100))).status).toBe(200);
    expect((await post(query(101))).status).toBe(413);
    expect((await post(query(100))).status).toBe(200);
  });

  test('answers 503 to a query that the engine has no room for', async () => {
    await app.stop();
    await start('--queue-max', '1');
    const request = (close: string): string =>
      `POST / HTTP/1.1\r\nhost: localhost\r\n${close}content-length: 12\r\n\r\n{"COUNT":{}}`;
    const answers = await raw(request('') + request('') + request('connection: close\r\n'));
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503', 'HTTP/1.1 503']);
    expect(answers).toContain('{"COUNT_RSP_ERR":{"_err":{"_c":5000,"_a":"the queue is full: 1 waiting"}}}');
    expect((await post({ COUNT: {} })).status).toBe(200);
  });

  test('refuses a write beyond --memory-max', async () => {
    await app.stop();
    await start('--memory-max', '1mb');
    await post(createClasses);
    const members = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`m${i}`, 'int']));
    const _objects = [Object.fromEntries(Object.keys(members).map((member) => [member, 1]))];
    expect(await post({ STORE: { _class: { Wide: members }, _objects } })).toEqual({
      status: 400,
      body: { STORE_RSP_ERR: { _err: { _c: 5001, _a: 'memory is limited to 1048576 bytes' } } },
    });
    expect((await post({ COUNT: {} })).body).toEqual({ COUNT_RSP: { Address: { _cnt: 0 }, Person: { _cnt: 0 } } });
  });

  test('tells how the server does', async () => {
    await post(createClasses);
    for (const path of ['healthz', 'readyz', 'metrics', 'waits'])
      expect((await fetch(`${rest}/${path}`)).status).toBe(200);
    expect(await (await fetch(`${rest}/metrics`)).text()).toContain('fusion_queries_total{query="CREATE_CLASSES"} 1');
    expect(await (await fetch(`${rest}/waits`)).json()).toMatchObject({ counts: { fusion: { open: 0 } }, waits: [] });
    expect((await fetch(rest, { method: 'DELETE' })).status).toBe(405);
    expect((await fetch(`${rest}/nowhere`)).status).toBe(404);
  });
});

describe('WebSocket', () => {
  test('answers queries with text, carrying their _qid', async () => {
    const client = await Client.open(ws);
    expect(await client.ask({ CREATE_CLASSES: { _qid: 'a', A: { a: 'int' } } })).toEqual({
      _qid: 'a',
      CREATE_CLASSES_RSP: { A: {} },
    });
    expect(await client.ask({ COUNT: { _qid: 'b', A: { nope: 1 } } })).toMatchObject({
      _qid: 'b',
      COUNT_RSP_ERR: { _err: { _c: 1801 } },
    });
    client.sendBinary(Buffer.from('{"COUNT":{}}'));
    expect(await client.next()).toEqual({ COUNT_RSP: { A: { _cnt: 0 } } });
    client.close();
  });

  test('answers many queries in flight, writes in the order sent', async () => {
    const client = await Client.open(ws);
    client.send({ CREATE_CLASSES: { A: { n: 'int' } } });
    for (let n = 0; n < 3000; n++)
      client.send({ STORE: { _qid: String(n), _class: n % 10 === 9 ? 'Nope' : 'A', _objects: [{ n }] } });
    await client.next();
    const qids: unknown[] = [];
    for (let n = 0; n < 3000; n++) qids.push((await client.next())['_qid']);
    expect(qids).toEqual(Array.from({ length: 3000 }, (_, n) => String(n)));
    expect(await client.ask({ COUNT: {} })).toEqual({ COUNT_RSP: { A: { _cnt: 2700 } } });
    client.close();
  });

  test('sends nothing for a write that wants no answer, and only errors for one that wants those', async () => {
    const client = await Client.open(ws);
    client.send({ CREATE_CLASSES: { _rsp: 'none', A: { a: 'int' } } });
    client.send({ CREATE_CLASSES: { _rsp: 'none', A: { a: 'int' } } });
    client.send({ CREATE_CLASSES: { _rsp: 'error', B: { a: 'int' } } });
    client.send({ CREATE_CLASSES: { _rsp: 'error', _qid: 'x', B: { a: 'int' } } });
    expect(await client.next()).toMatchObject({ _qid: 'x', CREATE_CLASSES_RSP_ERR: { _err: { _c: 1001 } } });
    expect(await client.ask({ COUNT: {} })).toEqual({ COUNT_RSP: { A: { _cnt: 0 }, B: { _cnt: 0 } } });
    client.close();
  });

  test('is closed with 1009 by a query that is too long, up to the byte', async () => {
    const client = await Client.open(ws);
    expect(await client.ask(text({ COUNT: {} }).padEnd(65_536))).toEqual({ COUNT_RSP: {} });
    client.send(text({ COUNT: {} }).padEnd(65_537));
    expect(await client.closed).toBe(1009);
    expect((await post({ COUNT: {} })).status).toBe(200);
  });

  test('for bulk takes long queries and refuses those that are not for it', async () => {
    const client = await Client.open(bulk);
    await client.ask(createClasses);
    const names = Array.from({ length: 50_000 }, (_, n) => ({ name: `somebody number ${n}` }));
    const stored = await client.ask({ STORE: { _rsp: 'none', _metrics: true, _class: 'Person', _objects: names } });
    expect(stored).toMatchObject({ _metrics: { _qryQueued: false } });
    for (const name of ['FIND', 'GET', 'UPDATE', 'DELETE'])
      expect(await client.ask({ [name]: { Person: {} } })).toMatchObject({
        [`${name}_RSP_ERR`]: { _err: { _c: 1303 } },
      });
    // Its response comes in several frames.
    const more = await client.ask({ STORE: { _qid: 'more', _metrics: true, _class: 'Person', _objects: names } });
    expect(more).toMatchObject({ _qid: 'more', STORE_RSP: { length: 50_000 }, _metrics: {} });
    expect(await client.ask({ COUNT: { Person: {} } })).toEqual({ COUNT_RSP: { Person: { _cnt: 100_000 } } });
    client.send('x'.repeat(8 * 2 ** 20 + 1));
    expect(await client.closed).toBe(1009);
    expect((await post({ FIND: { Person: { name: 'somebody number 49999' } } })).status).toBe(200);
  });

  test('answers a long query that is wrong, and stores nothing of it', async () => {
    const client = await Client.open(bulk);
    await client.ask(createClasses);
    const objects = Array.from({ length: 20_000 }, (_, n) => ({ name: `somebody number ${n}` }));
    const bytes = Buffer.from(text({ STORE: { _class: 'Person', _objects: objects } }));
    bytes[bytes.indexOf('number 19999')] = 0xff;
    client.sendBinary(bytes);
    expect(await client.next()).toMatchObject({
      FQL_RSP_ERR: { _err: { _c: 1300, _a: 'bytes that are not UTF-8' } },
    });
    const wrong = { STORE: { _qid: 'w', _class: 'Person', _objects: [...objects, { name: 1 }] } };
    expect(await client.ask(wrong)).toMatchObject({ _qid: 'w', STORE_RSP_ERR: { _err: { _c: 1102 } } });
    expect(await client.ask({ COUNT: { Person: {} } })).toEqual({ COUNT_RSP: { Person: { _cnt: 0 } } });
    client.close();
  });

  test('sends a response of several megabytes', async () => {
    const client = await Client.open(bulk);
    await client.ask({ CREATE_CLASSES: { A: { a: 'string' } } });
    const objects = Array.from({ length: 7 }, () => ({ a: 'x'.repeat(2 ** 20) }));
    await client.ask({ STORE: { _class: 'A', _objects: objects } });
    const reader = await Client.open(ws);
    const { FIND_RSP } = (await reader.ask({ FIND: { A: {} } })) as { FIND_RSP: unknown[] };
    expect(FIND_RSP).toHaveLength(7);
    client.close();
    reader.close();
  });
});

test('one store is behind all interfaces', async () => {
  const [standard, loader] = [await Client.open(ws), await Client.open(bulk)];
  await loader.ask(createClasses);
  await standard.ask(storePeople);
  expect(await post({ COUNT: {} })).toEqual({
    status: 200,
    body: { COUNT_RSP: { Address: { _cnt: 1 }, Person: { _cnt: 2 } } },
  });
  expect((await post({ STATS: {} })).body).toMatchObject({
    STATS_RSP: { totalQueries: 4, rest: { connected: 1, total: 2 }, ws: { connected: 2, total: 2 } },
  });
  expect((await post({ SERVER_INFO: {} })).body).toMatchObject({
    SERVER_INFO_RSP: {
      serverVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/) as unknown,
      interfaces: {
        rest: { ip: '127.0.0.1', port: Number(new URL(rest).port), maxReadSize: 65_536 },
        standard: { ip: '127.0.0.1', port: Number(new URL(ws).port), maxReadSize: 65_536 },
        bulk: { ip: '127.0.0.1', port: Number(new URL(bulk).port), maxReadSize: 8_388_608 },
      },
    },
  });
  standard.close();
  loader.close();
});

describe('hostile input', () => {
  const hostile: readonly (string | Buffer)[] = [
    '['.repeat(60_000),
    '{"FIND":'.repeat(7000),
    `{"COUNT":{"_qid":${'9'.repeat(60_000)}}}`,
    '{"COUNT":{"A":{},"A":{}}}',
    '{"STORE":{"_class":"__proto__","_objects":[{"__proto__":{"polluted":1}}]}}',
    '{"CREATE_CLASSES":{"__proto__":{"a":"int"}}}',
    '{"FIND":{"constructor":{"prototype":{"polluted":1}}}}',
    '{"CLASSES":{"_qid":"\\ud800"}}',
    '\u0000',
    Buffer.from([0xff, 0xfe, 0x7b, 0x7d]),
  ];

  test.each(hostile.map((query) => [query]))('%.40s gets an error, and the server goes on', async (query) => {
    const response = await fetch(rest, { method: 'POST', body: query });
    expect(response.status).toBe(400);
    expect(Object.keys((await response.json()) as Json)[0]).toMatch(/_RSP_ERR$/);
    if (typeof query === 'string') {
      const client = await Client.open(ws);
      const [key = ''] = Object.keys(await client.ask(query));
      expect(key).toMatch(/_RSP_ERR$/);
      expect(await client.ask({ COUNT: {} })).toEqual({ COUNT_RSP: {} });
      client.close();
    }
    expect((await post({ COUNT: {} })).body).toEqual({ COUNT_RSP: {} });
    expect(({} as Json)['polluted']).toBeUndefined();
  });

  test('text that is not UTF-8 closes a WebSocket, and the server goes on', async () => {
    const socket = connect(Number(new URL(ws).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'GET / HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await once(socket, 'data');
    socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]));
    const [frame] = (await once(socket, 'data')) as [Buffer];
    expect([frame[0], frame.readUInt16BE(2)]).toEqual([0x88, 1007]);
    socket.destroy();
    expect((await post({ COUNT: {} })).status).toBe(200);
  });

  test('clients that leave in the middle of a query do no harm', async () => {
    const port = Number(new URL(rest).port);
    const sockets = await Promise.all(
      ['POST / HTTP/1.1\r\n', 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{"COUNT"', ''].map(
        async (part) => {
          const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
          await once(socket, 'connect');
          socket.write(part);
          return socket;
        },
      ),
    );
    for (const socket of sockets) socket.end();
    sockets[1]?.destroy();
    expect((await post({ COUNT: {} })).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });
});

describe('stopping', () => {
  test('answers what is under way in order, then closes connections with 1001', async () => {
    const client = await Client.open(ws);
    await client.ask({ CREATE_CLASSES: { A: { a: 'int' } } });
    for (let i = 0; i < 100; i++) client.send({ STORE: { _qid: String(i), _class: 'A', _objects: [{ a: i }] } });
    await client.next();
    await app.stop();
    expect(await client.closed).toBe(1001);
    const qids = client.unread.map((message) => message['_qid']);
    expect(qids).toEqual(qids.map((_, i) => String(i + 1)));
    await expect(fetch(rest)).rejects.toThrow();
  });

  test('is no matter before the start', async () => {
    const idle = buildApp(readConfig({}, ['--rest', ':0', '--ws', ':0', '--bulk', ':0']), systemDeps(silentLog));
    await idle.stop();
  });
});

test('a port that is taken stops the start, and nothing stays open', async () => {
  await using taken = await takePort();
  const late = buildApp(
    readConfig({}, ['--rest', ':0', '--ws', ':0', '--bulk', `:${taken.port}`]),
    systemDeps(silentLog),
  );
  await expect(late.start()).rejects.toMatchObject({ code: 'address_in_use' });
  await late.stop();
});

/** Sends bytes to the REST port and gives what comes back until it is closed. */
async function raw(request: string): Promise<string> {
  const socket: Socket = connect(Number(new URL(rest).port), '127.0.0.1');
  socket.write(request);
  let answer = '';
  for await (const chunk of socket) answer += (chunk as Buffer).toString();
  return answer;
}
