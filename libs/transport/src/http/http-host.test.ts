import { once } from 'node:events';
import { get } from 'node:https';
import {
  ClosedError,
  LimitError,
  SyncytiumError,
  systemClock,
  TimeoutError,
  WaitTable,
  type Log,
} from '@syncytium/kit';
import { takePort } from '@syncytium/testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AddressError } from '../errors.js';
import { eventually } from '../testing/eventually.js';
import { tlsFixture } from '../testing/tls-fixture.js';
import {
  createHttpHost,
  HttpError,
  onConnectionLost,
  refuseUpgrade,
  requestSignal,
  type HttpHost,
  type HttpHostOptions,
} from './index.js';
import { deferred } from './testing/deferred.js';
import { exchange, RawClient, readAnswer } from './testing/raw-client.js';

const hosts: HttpHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});

async function startHost(options: Partial<HttpHostOptions> = {}): Promise<HttpHost> {
  const host = createHttpHost({ name: 'demo', listen: { port: 0 }, ...options });
  hosts.push(host);
  await host.start();
  return host;
}

async function ask(host: HttpHost, path: string, init?: RequestInit) {
  const response = await fetch(host.url + path, init);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const post = (body: string | Buffer<ArrayBuffer>, type = 'application/json'): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': type },
});

const echo: HttpHostOptions['routes'] = (app) => {
  app.post('/echo', ({ body }) => body);
  app.get('/item/:id', ({ params }) => params);
};

/** A host with one route that waits until the test lets it go. */
async function startWaitingHost(options: Partial<HttpHostOptions> = {}) {
  const arrived = deferred();
  const release = deferred();
  const lost = deferred<unknown>();
  const host = await startHost({
    ...options,
    routes: (app) => {
      const wait = async (signal: AbortSignal) => {
        signal.addEventListener('abort', () => lost.resolve(signal.reason));
        arrived.resolve();
        await release.promise;
        return { waited: true };
      };
      app.get('/wait', (request, reply) => wait(requestSignal(request, reply)));
      app.post('/wait', (request, reply) => wait(requestSignal(request, reply)));
      app.get('/now', () => ({ now: true }));
    },
  });
  return { host, arrived: arrived.promise, release: release.resolve, lost: lost.promise };
}

describe('errors', () => {
  it.each([
    ['an unknown path', '/nope', {}, 404, { code: 'not_found', method: 'GET', path: '/nope' }],
    ['a known path with another method', '/echo', {}, 405, { code: 'method_not_allowed', allow: ['POST'] }],
    ['a path with a parameter and another method', '/item/7?a=b', { method: 'PUT' }, 405, { allow: ['GET', 'HEAD'] }],
    ['malformed JSON', '/echo', post('{"a":}'), 400, { code: 'bad_json', position: 5 }],
    ['an empty JSON body', '/echo', post(''), 400, { code: 'bad_json', position: 0 }],
    ['a body that is not UTF-8', '/echo', post(Buffer.from([0x22, 0xff, 0x22])), 400, { code: 'bad_json' }],
    ['a key __proto__', '/echo', post('{"__proto__":{}}'), 400, { code: 'bad_json' }],
    ['an escaped key __proto__', '/echo', post('{"\\u005f_proto__":{}}'), 400, { code: 'bad_json' }],
    ['a lone surrogate', '/echo', post('"\\ud800"'), 400, { code: 'bad_json' }],
    ['nesting without end', '/echo', post('['.repeat(400) + ']'.repeat(400)), 400, { code: 'bad_json' }],
    ['a body too long', '/echo', post(`"${'x'.repeat(2000)}"`), 413, { code: 'too_large', max: 1000 }],
    ['an unknown content type', '/echo', post('a', 'text/csv'), 415, { code: 'unsupported_media_type' }],
    ['a body of text', '/echo', post('{}', 'text/plain'), 415, { code: 'unsupported_media_type' }],
    ['a path that is no URL', '/%zz', {}, 400, { code: 'bad_url' }],
  ])('answers %s as JSON', async (_what, path, init, status, error) => {
    const host = await startHost({ routes: echo, limits: { bodyBytesMax: 1000 } });
    const answer = await ask(host, path, init);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: { ...error, message: expect.stringMatching(/./) as string } });
  });

  it('counts the position of too many levels in characters, as any other', async () => {
    const host = await startHost({ routes: echo });
    const text = 'ü'.repeat(40_000);
    const { body } = await ask(host, '/echo', post(`["${text}",${'['.repeat(400)}`));
    const { position } = (body as { error: { position: number } }).error;
    expect(position).toBeGreaterThan(text.length);
    expect(position).toBeLessThan(text.length + 400);
  });

  it('names the methods of a path in the header allow', async () => {
    const host = await startHost({ routes: echo });
    expect((await ask(host, '/echo')).headers.get('allow')).toBe('POST');
  });

  it.each([
    ['invalid_argument', 400],
    ['timeout', 408],
    ['limit_reached', 503],
    ['closed', 503],
    ['own', 410],
    ['unheard_of', 500],
    ['http', 418],
  ])('gives code %s the status %d', async (code, status) => {
    const errors: Record<string, Error> = {
      invalid_argument: new SyncytiumError('invalid_argument', 'm', { details: { field: 'f' } }),
      timeout: new TimeoutError({ who: 'a', what: 'b', missing: 'c', waitedMs: 5 }),
      limit_reached: new LimitError('things', 1, 'open'),
      closed: new ClosedError('it'),
      http: new HttpError(418, 'http', 'm'),
    };
    const routes: HttpHostOptions['routes'] = (app) => {
      app.get('/fail', () => {
        throw errors[code] ?? new SyncytiumError(code, 'm');
      });
    };
    const answer = await ask(await startHost({ routes, errorStatus: { own: 410 } }), '/fail');
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: { code } });
    expect(answer.headers.has('retry-after')).toBe(status === 503);
  });

  it('hides what a foreign error says, and logs it', async () => {
    const error = vi.fn();
    const log: Log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error, child: () => log };
    const routes: HttpHostOptions['routes'] = (app) => {
      app.get('/fail', () => {
        throw new Error('the password is swordfish');
      });
    };
    const answer = await ask(await startHost({ routes, log }), '/fail');
    expect(answer).toMatchObject({ status: 500, body: { error: { code: 'internal', message: 'internal error' } } });
    expect(error).toHaveBeenCalledWith('a request failed', expect.objectContaining({ url: '/fail' }));
  });

  it('names the field of a request that its schema refuses', async () => {
    const routes: HttpHostOptions['routes'] = (app) => {
      const body = { type: 'object', properties: { size: { type: 'integer' } } };
      app.post('/sized', { schema: { body } }, () => ({}));
    };
    const answer = await ask(await startHost({ routes }), '/sized', post('{"size":"big"}'));
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_argument', field: 'body.size' } } });
  });
});

describe('operational paths', () => {
  it('is not ready while something it needs is gone, and says what', async () => {
    let problem: string | undefined = 'the Redis is gone';
    const host = await startHost({ notReady: () => Promise.resolve(problem) });
    const reason = expect.stringContaining('demo is not ready: the Redis is gone') as string;
    expect(await ask(host, '/readyz')).toMatchObject({ status: 503, body: { error: { message: reason } } });
    problem = undefined;
    expect((await ask(host, '/readyz')).status).toBe(200);
  });

  it('tells health and readiness', async () => {
    let isReady = false;
    const host = await startHost({ isReady: () => isReady });
    expect((await ask(host, '/healthz')).status).toBe(200);
    expect(await ask(host, '/readyz')).toMatchObject({ status: 503, body: { error: { code: 'not_ready' } } });
    isReady = true;
    expect(await ask(host, '/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
  });

  it('renders metrics in their own content type', async () => {
    const host = await startHost({ metrics: { contentType: 'text/plain; version=0.0.4', render: () => 'up 1\n' } });
    const response = await fetch(`${host.url}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4');
    expect(await response.text()).toBe('up 1\n');
  });

  it('lists the waits of all tables and the rings among them', async () => {
    const one = new WaitTable({ system: 'one', clock: systemClock });
    const two = new WaitTable({ system: 'two', clock: systemClock });
    one.open({ who: 'A', what: 'x', whom: ['B'] });
    two.open({ who: 'B', what: 'y', whom: ['A'] });
    const host = await startHost({ waits: [one, two] });
    const { body } = await ask(host, '/waits');
    expect(body).toMatchObject({
      counts: { one: { open: 1 }, two: { open: 1 } },
      waits: [{ who: 'A' }, { who: 'B' }],
      cycles: [{ parties: ['A', 'B'], deadlock: true }],
    });
    expect((await ask(host, '/waits?limit=1')).body).toMatchObject({ waits: [{ who: 'A' }], cycles: [] });
    expect(await ask(host, '/waits?limit=-1')).toMatchObject({ status: 400, body: { error: { field: 'limit' } } });
  });
});

describe('listening', () => {
  it('takes loopback and tells the real port', async () => {
    const host = await startHost();
    expect(host.address.host).toBe('127.0.0.1');
    expect(host.address.port).toBeGreaterThan(0);
    expect(host.url).toBe(`http://127.0.0.1:${host.address.port}`);
  });

  it.each([
    ['192.0.2.1', 'address_not_available'],
    ['no-such-host.invalid', 'address_invalid'],
  ])('refuses %s with %s', async (name, code) => {
    const host = createHttpHost({ name: 'demo', listen: { host: name, port: 0 } });
    const error: unknown = await host.start().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AddressError);
    expect(error).toMatchObject({ code, details: { address: `${name}:0` } });
    await host.stop();
  });

  it('names a port that is in use', async () => {
    await using taken = await takePort();
    const { port } = taken;
    const host = createHttpHost({ name: 'demo', listen: { port } });
    await expect(host.start()).rejects.toMatchObject({
      code: 'address_in_use',
      message: `127.0.0.1:${port} is in use by another program`,
    });
    await host.stop();
  });

  it('has no address before it listens', () => {
    expect(() => createHttpHost({ name: 'demo', listen: { port: 0 } }).address).toThrow('demo does not listen yet');
  });

  it('refuses a limit that is no whole number, by its name', () => {
    expect(() => createHttpHost({ name: 'demo', listen: { port: 0 }, limits: { bodyBytesMax: 0 } })).toThrow(
      'limits.bodyBytesMax must be a whole number of at least 1, got 0',
    );
  });

  it('serves HTTPS', async () => {
    const host = await startHost({ tls: tlsFixture });
    const request = get(`${host.url}/healthz`, { ca: tlsFixture.cert });
    const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(200);
    expect(host.url).toMatch(/^https:/);
  });
});

describe('a client of HTTPS that never shakes hands', () => {
  it('is cut after the time that headers may take', async () => {
    const host = await startHost({ tls: tlsFixture, limits: { headersTimeoutMs: 20 } });
    const client = await RawClient.connect(host.address.port);
    expect(await client.closed).toBe('');
  });

  it('does not keep the host from stopping', async () => {
    const host = await startHost({ tls: tlsFixture });
    const [mute, talking] = [await RawClient.connect(host.address.port), await RawClient.connect(host.address.port)];
    talking.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await talking.closed).toBe('');
    await host.stop();
    expect(await mute.closed).toBe('');
  });
});

describe('a request that waits', () => {
  it('learns at once that its client is gone', async () => {
    const { host, arrived, lost } = await startWaitingHost();
    const client = await RawClient.connect(host.address.port);
    client.write('GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await arrived;
    client.socket.destroy();
    expect(await lost).toBeInstanceOf(ClosedError);
    expect(host.unansweredCount).toBe(0);
  });

  it('learns it also when its body has been read', async () => {
    const { host, arrived, lost } = await startWaitingHost();
    const client = await RawClient.connect(host.address.port);
    client.write(
      'POST /wait HTTP/1.1\r\nHost: localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
    );
    await arrived;
    client.socket.destroy();
    expect(await lost).toBeInstanceOf(ClosedError);
  });

  it('takes a client that closes its half of the connection for gone', async () => {
    const { host, arrived, lost } = await startWaitingHost();
    const client = await RawClient.connect(host.address.port);
    client.write('GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await arrived;
    client.socket.end();
    expect(await lost).toBeInstanceOf(ClosedError);
    await client.closed;
  });

  it('learns it also behind another request of its connection', async () => {
    const waiting = [deferred(), deferred()];
    const lost = [deferred(), deferred()];
    const host = await startHost({
      routes: (app) => {
        app.get<{ Params: { i: number } }>('/wait/:i', ({ raw, params: { i } }) => {
          onConnectionLost(raw, () => lost[i]?.resolve());
          waiting[i]?.resolve();
          return new Promise(() => undefined);
        });
      },
    });
    const client = await RawClient.connect(host.address.port);
    client.write('GET /wait/0 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /wait/1 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await Promise.all(waiting.map(({ promise }) => promise));
    expect(host.unansweredCount).toBe(2);
    client.socket.destroy();
    await Promise.all(lost.map(({ promise }) => promise));
    expect(host.unansweredCount).toBe(0);
  });

  it.each([[[0]], [[1]], [[0, 1]], [[2, 0]], [[0, 1, 2]]])(
    'tells all of a connection but %j, which take it back',
    async (gone) => {
      const told: number[] = [];
      const forget: (() => void)[] = [];
      const waiting = deferred();
      const host = await startHost({
        routes: (app) => {
          app.get<{ Params: { i: string } }>('/wait/:i', ({ raw, params }) => {
            const i = Number(params.i);
            forget[i] = onConnectionLost(raw, () => told.push(i));
            if (i === 2) waiting.resolve();
            return new Promise(() => undefined);
          });
        },
      });
      const client = await RawClient.connect(host.address.port);
      client.write([0, 1, 2].map((i) => `GET /wait/${i} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''));
      await waiting.promise;
      for (const i of gone) forget[i]?.();
      client.socket.destroy();
      await eventually(() => expect(host.connectionCount).toBe(0));
      expect(told).toEqual([0, 1, 2].filter((i) => !gone.includes(i)));
    },
  );

  it('is told nothing when it was answered before the client left', async () => {
    const signals: AbortSignal[] = [];
    const host = await startHost({
      routes: (app) => {
        app.get('/quick', (request, reply) => {
          signals.push(requestSignal(request, reply));
          return {};
        });
      },
    });
    const client = await RawClient.connect(host.address.port);
    client.write('GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await client.received(/\{\}$/);
    client.socket.destroy();
    await client.closed;
    await eventually(() => expect(host.connectionCount).toBe(0));
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });

  it('is not lost when a test injects it, without a connection', async () => {
    const signals: AbortSignal[] = [];
    const host = createHttpHost({
      name: 'demo',
      listen: { port: 0 },
      routes: (app) => {
        app.get('/quick', (request, reply) => {
          signals.push(requestSignal(request, reply));
          return {};
        });
      },
    });
    hosts.push(host);
    await host.start();
    expect((await host.app.inject('/quick')).statusCode).toBe(200);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });

  it('may wait longer than a request may take to arrive', async () => {
    const { host, arrived, release } = await startWaitingHost({
      limits: { headersTimeoutMs: 50, requestTimeoutMs: 50 },
    });
    const waiting = ask(host, '/wait');
    await arrived;
    // A client that never finishes its request is the clock: once it is cut off, the time has passed.
    const slow = readAnswer(await exchange(host.address.port, 'GET /wait HTTP/1.1\r\nHost: localhost\r\nA: '));
    expect(slow).toMatchObject({ status: 408, body: { error: { code: 'timeout' } } });
    release();
    expect((await waiting).body).toEqual({ waited: true });
  });
});

describe('drain', () => {
  it('answers what is in hand, refuses what is new, and still tells its state', async () => {
    const onDrain = vi.fn();
    const { host, arrived, release } = await startWaitingHost({ onDrain });
    const waiting = ask(host, '/wait');
    await arrived;
    let isDrained = false;
    const drained = host.drain(new AbortController().signal).then(() => (isDrained = true));
    expect(onDrain).toHaveBeenCalledOnce();
    const refused = await ask(host, '/now');
    expect(refused).toMatchObject({
      status: 503,
      body: { error: { code: 'closed', message: 'demo is shutting down' } },
    });
    expect(refused.headers.get('connection')).toBe('close');
    expect((await ask(host, '/readyz')).status).toBe(503);
    expect((await ask(host, '/healthz')).status).toBe(200);
    expect(isDrained).toBe(false);
    release();
    expect(await waiting).toMatchObject({ status: 200, body: { waited: true } });
    await drained;
  });

  it('closes idle connections', async () => {
    const { host } = await startWaitingHost();
    const client = await RawClient.connect(host.address.port);
    client.write('GET /now HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await client.received(/\}$/);
    await host.drain(new AbortController().signal);
    await client.closed;
  });

  it('gives up when it is told to hurry, and stop cuts the rest', async () => {
    const { host, arrived } = await startWaitingHost();
    const client = await RawClient.connect(host.address.port);
    client.write('GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await arrived;
    const hurry = new AbortController();
    const drained = host.drain(hurry.signal);
    hurry.abort();
    await drained;
    await host.stop();
    expect(await client.closed).toBe('');
  });
});

describe('a drain that goes wrong', () => {
  it('still answers what is in hand when its owner fails', async () => {
    const { host, arrived, release } = await startWaitingHost({
      onDrain: () => {
        throw new Error('oops');
      },
    });
    const waiting = ask(host, '/wait');
    await arrived;
    const unanswered = host.drain(new AbortController().signal).catch(() => host.unansweredCount);
    expect((await ask(host, '/now')).status).toBe(503);
    release();
    expect((await waiting).status).toBe(200);
    expect(await unanswered).toBe(0);
  });

  it('is over for everybody who asked for it, and leaves nothing on their signals', async () => {
    const { host, arrived, release } = await startWaitingHost();
    const waiting = ask(host, '/wait');
    await arrived;
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    const drains = [host.drain(signal), host.drain(signal)];
    release();
    await Promise.all([waiting, ...drains]);
    expect(removed).toHaveBeenCalledTimes(2);
  });
});

describe('hostile clients', () => {
  const host = 'Host: localhost\r\n';
  it.each([
    ['bytes that are no HTTP', '\u0016\u0003\u0001\u0002\r\n\r\n', 400, 'bad_request'],
    ['headers without end', `GET /now HTTP/1.1\r\n${host}A: ${'x'.repeat(20_000)}`, 431, 'header_too_large'],
    ['a flood of headers', `GET /now HTTP/1.1\r\n${host}${'Aa: bb\r\n'.repeat(10_000)}\r\n`, 431, 'header_too_large'],
    ['a missing host', 'GET /now HTTP/1.1\r\n\r\n', 400, 'bad_request'],
    ['an expectation', `GET /now HTTP/1.1\r\n${host}Expect: wonders\r\n\r\n`, 417, 'expectation_failed'],
    [
      'both lengths at once',
      `POST /wait HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /now HTTP/1.1\r\n\r\n`,
      400,
      'bad_request',
    ],
    [
      'two lengths',
      `POST /wait HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
      400,
      'bad_request',
    ],
    [
      'a disguised encoding',
      `POST /wait HTTP/1.1\r\n${host}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
      400,
      'bad_request',
    ],
    [
      'an unknown encoding',
      `POST /wait HTTP/1.1\r\n${host}Transfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n`,
      400,
      'bad_request',
    ],
    ['a folded header', `GET /now HTTP/1.1\r\n${host} folded\r\nA\r\n b: c\r\n\r\n`, 400, 'bad_request'],
    ['a header with a bare newline', `GET /now HTTP/1.1\nHost: localhost\n\n`, 400, 'bad_request'],
    [
      'a bad chunk',
      `POST /wait HTTP/1.1\r\n${host}content-type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      400,
      'bad_request',
    ],
  ])('refuses %s', async (_what, bytes, status, code) => {
    const { host: server } = await startWaitingHost();
    const answer = readAnswer(await exchange(server.address.port, bytes));
    expect(answer).toMatchObject({ status, body: { error: { code } } });
    expect(answer.headers).toContain('connection: close');
  });

  it('cuts a connection that sends more requests than it may have unanswered', async () => {
    const { host: server } = await startWaitingHost({ limits: { pipelinedMax: 3 } });
    expect(await exchange(server.address.port, `GET /wait HTTP/1.1\r\n${host}\r\n`.repeat(4))).toBe('');
    await eventually(() => expect(server.unansweredCount).toBe(0));
  });

  it('takes no more connections than it may', async () => {
    const { host: server, arrived } = await startWaitingHost({ limits: { connectionsMax: 1 } });
    const first = await RawClient.connect(server.address.port);
    first.write(`GET /wait HTTP/1.1\r\n${host}\r\n`);
    await arrived;
    const second = await RawClient.connect(server.address.port);
    expect(await second.closed).toBe('');
    expect(server.connectionCount).toBe(1);
    first.socket.destroy();
  });
});

describe('a request for an upgrade', () => {
  const upgrade = (protocol: string, more = '') =>
    `GET /now HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n${more}\r\n`;

  it.each([true, false])(
    'to something unknown is served as if it had not asked (other upgrades: %s)',
    async (hasOther) => {
      const host = createHttpHost({
        name: 'demo',
        listen: { port: 0 },
        routes: (app) => {
          app.get('/now', () => ({ now: true }));
        },
      });
      hosts.push(host);
      if (hasOther) host.onUpgrade('/ws', (_request, socket) => socket.destroy());
      await host.start();
      const client = await RawClient.connect(host.address.port);
      client.write(upgrade('h2c'));
      const text = await client.received(/\}$/);
      expect(readAnswer(text)).toMatchObject({ status: 200, body: { now: true } });
      client.socket.destroy();
    },
  );

  it('to WebSocket on another path is refused', async () => {
    const host = createHttpHost({ name: 'demo', listen: { port: 0 } });
    hosts.push(host);
    host.onUpgrade('/ws', (_request, socket) => socket.destroy());
    await host.start();
    const answer = readAnswer(await exchange(host.address.port, upgrade('websocket')));
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  });

  it('is survived when its peer is lost while it is refused', async () => {
    const host = createHttpHost({ name: 'demo', listen: { port: 0 } });
    hosts.push(host);
    host.onUpgrade('/now', (_request, socket) => {
      refuseUpgrade(socket, new ClosedError('demo'));
      // What a reset of the peer's does.
      socket.destroy(new Error('read ECONNRESET'));
    });
    await host.start();
    expect(await exchange(host.address.port, upgrade('websocket'))).not.toMatch(/^HTTP\/1\.1 [12]/);
    expect((await ask(host, '/healthz')).status).toBe(200);
  });

  it('with a body is refused', async () => {
    const host = createHttpHost({ name: 'demo', listen: { port: 0 } });
    hosts.push(host);
    host.onUpgrade('/ws', (_request, socket) => socket.destroy());
    await host.start();
    const answer = readAnswer(await exchange(host.address.port, upgrade('h2c', 'Content-Length: 3\r\n') + 'abc'));
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  });

  it('is asked for on a WebSocket path that is called without', async () => {
    const host = createHttpHost({ name: 'demo', listen: { port: 0 } });
    hosts.push(host);
    host.onUpgrade('/ws', (_request, socket) => socket.destroy());
    await host.start();
    const answer = await ask(host, '/ws');
    expect(answer).toMatchObject({ status: 426, body: { error: { code: 'upgrade_required' } } });
    expect(answer.headers.get('upgrade')).toBe('websocket');
  });
});
