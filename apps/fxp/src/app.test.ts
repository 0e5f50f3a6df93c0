import { silentLog } from '@syncytium/kit';
import { Provider, Requestor, type ServiceFunction } from '@syncytium/fxp';
import { systemDeps } from '@syncytium/program';
import { settle } from '@syncytium/testkit';
import { RedisBroker } from '@syncytium/transport/redis';
import { afterEach, describe, expect, test } from 'vitest';
import { buildApp } from './app.js';
import { readConfig } from './config.js';
import { startApp, type RunningApp } from './testing/start-app.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const echo: ServiceFunction = async (session) => {
  for await (const input of session) await session.push(input);
};

async function start(...argv: string[]): Promise<RunningApp> {
  const running = await startApp(...argv);
  cleanUps.push(() => running.app.stop());
  return running;
}

async function provide(redis: string, service: string, serve: ServiceFunction = echo): Promise<Provider> {
  const provider = await Provider.connect(redis);
  cleanUps.push(() => provider.close());
  await provider.register(service, serve, { timeout: 0 });
  return provider;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

async function ask(url: string, method = 'GET', body?: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text), headers: response.headers };
}

describe('the embedded broker', () => {
  test('is a Redis to providers and requestors', async () => {
    const { redis } = await start();
    await provide(redis, 'echo');
    const requestor = await Requestor.connect(redis);
    cleanUps.push(() => requestor.close());
    await using session = await requestor.open('echo');
    expect(await session.call({ n: 1 })).toEqual({ n: 1 });
  });

  test('asks for its password', async () => {
    const { redis } = await start('--password', 'secret');
    await expect(RedisBroker.connect(redis)).rejects.toMatchObject({ code: 'broker_denied' });
    const broker = await RedisBroker.connect({ url: redis, password: 'secret' });
    expect(await broker.set('k', 'v')).toBe(true);
    await broker.close();
  });

  test('keeps to its memory', async () => {
    const { redis } = await start('--max-memory', '1mb');
    const broker = await RedisBroker.connect(redis);
    cleanUps.push(() => broker.close());
    await expect(broker.set('k', Buffer.alloc(2_000_000))).rejects.toMatchObject({ code: 'broker_out_of_memory' });
    expect(await broker.set('k', 'v')).toBe(true);
  });
});

describe('the gateway', () => {
  test('tells which services there are', async () => {
    const { redis, http } = await start();
    expect((await ask(`${http}/services`)).body).toEqual({ services: [] });
    await provide(redis, 'b');
    await provide(redis, 'a');
    await provide(redis, 'a');
    const foreign = await RedisBroker.connect(redis);
    cleanUps.push(() => foreign.close());
    await foreign.subscribe('b', () => undefined);
    const provider = { version: '', sessions: 0, capacity: 1000, draining: false, load: 0, pid: process.pid };
    expect((await ask(`${http}/services`)).body).toMatchObject({
      services: [
        { name: 'a', providers: [provider, provider], foreign: 0 },
        { name: 'b', providers: [provider], foreign: 1 },
      ],
    });
  });

  test('carries calls', async () => {
    const { redis, http } = await start();
    await provide(redis, 'my service/1');
    const service = encodeURIComponent('my service/1');
    const opened = await ask(`${http}/services/${service}/sessions`, 'POST', { id: 'a/b', timeout: '5s' });
    expect(opened).toMatchObject({ status: 201, body: { id: 'a/b', service: 'my service/1' } });
    const session = `${http}${opened.headers.get('location')!}`;
    expect(await ask(`${session}/call`, 'POST', { hello: 'wörld' })).toMatchObject({
      status: 200,
      body: { hello: 'wörld' },
    });
    expect((await ask(`${http}/sessions`)).body).toEqual({
      sessions: [
        expect.objectContaining({
          id: 'a/b',
          service: 'my service/1',
          inputs: 0,
          outputs: 0,
          gateway: expect.objectContaining({ pushed: 1, popped: 1 }) as unknown,
        }),
      ],
      complete: true,
    });
    expect((await ask(session, 'DELETE')).status).toBe(204);
    expect(await ask(`${session}/call`, 'POST', {})).toMatchObject({
      status: 404,
      body: { error: { code: 'fxp_no_session' } },
    });
  });

  test('opens sessions without a body', async () => {
    const { redis, http } = await start();
    await provide(redis, 'echo');
    const { status, body } = await ask(`${http}/services/echo/sessions`, 'POST');
    expect(status).toBe(201);
    const { id } = body as { id: string };
    expect((await ask(`${http}/sessions/${id}/call`, 'POST', { n: 1 })).body).toEqual({ n: 1 });
  });

  test('says what is wrong', async () => {
    const { redis, http } = await start();
    await provide(redis, 'silent', async (session) => {
      await session.pop({ timeout: 0 });
      await session.pop({ timeout: 0 });
    });
    await provide(redis, 'failing', async (session) => {
      await session.pop();
      throw new RangeError('beyond the limits');
    });
    await provide(redis, 'babble', async ({ raw }) => {
      await raw.pop();
      await raw.push(Buffer.from('not JSON'));
    });
    const sessions = `${http}/services/silent/sessions`;
    const failure = (status: number, code: string, more = {}): object => ({
      status,
      body: { error: expect.objectContaining({ code, ...more }) as unknown },
    });
    expect(await ask(`${http}/services/none/sessions`, 'POST')).toMatchObject(failure(404, 'fxp_no_provider'));
    expect(await ask(sessions, 'POST', { id: 5 })).toMatchObject(failure(400, 'invalid_argument', { field: 'id' }));
    expect(await ask(sessions, 'POST', { timeout: 'soon' })).toMatchObject(
      failure(400, 'invalid_argument', { field: 'timeout' }),
    );
    expect(await ask(sessions, 'POST', { id: 's', coded: 'json' })).toMatchObject(
      failure(400, 'invalid_argument', { field: 'coded' }),
    );
    expect(await ask(sessions, 'POST', { id: 's', codec: 'xml' })).toMatchObject(
      failure(400, 'invalid_argument', { field: 'codec' }),
    );
    expect(await ask(sessions, 'POST', { id: 's', acknowledge: 1 })).toMatchObject(
      failure(400, 'invalid_argument', { field: 'acknowledge' }),
    );
    expect(await ask(sessions, 'POST', [])).toMatchObject(failure(400, 'invalid_argument', { field: 'body' }));
    const text = await fetch(sessions, { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } });
    expect({ status: text.status, body: await text.json() }).toMatchObject(failure(415, 'unsupported_media_type'));
    await ask(sessions, 'POST', { id: 's' });
    expect(await ask(sessions, 'POST', { id: 's' })).toMatchObject(failure(409, 'fxp_session_exists'));
    expect(await ask(`${http}/sessions/s/call`, 'POST', [1])).toMatchObject(
      failure(400, 'invalid_argument', { field: 'body' }),
    );
    expect(await ask(`${http}/sessions/s/call`, 'POST')).toMatchObject(
      failure(400, 'invalid_argument', { field: 'body' }),
    );
    expect(await ask(`${http}/sessions/s/call?timeout=x`, 'POST', {})).toMatchObject(failure(400, 'invalid_argument'));
    expect(await ask(`${http}/sessions/s/call?timeout=20ms`, 'POST', {})).toMatchObject(
      failure(408, 'timeout', { key: 's__silent__pro2req' }),
    );
    await ask(`${http}/services/babble/sessions`, 'POST', { id: 'b' });
    expect(await ask(`${http}/sessions/b/call`, 'POST', {})).toMatchObject(failure(502, 'fxp_bad_item'));
    await ask(`${http}/services/failing/sessions`, 'POST', { id: 'f' });
    const remote = { name: 'RangeError', message: 'beyond the limits' };
    expect(await ask(`${http}/sessions/f/call`, 'POST', {})).toMatchObject(
      failure(502, 'fxp_remote', { remote: expect.objectContaining(remote) as unknown }),
    );
    expect(await ask(`${http}/sessions/f/call`, 'POST', {})).toMatchObject(failure(404, 'fxp_no_session'));
  });

  test('shows sessions of Redis clients, and who waits for whom', async () => {
    const { redis, http } = await start();
    const broker = await RedisBroker.connect(redis);
    cleanUps.push(() => broker.close());
    await broker.lpush('ID__X__pro2req', '{}', '{}');
    const connection = await broker.connect();
    const popped = connection.brpop('ID__X__req2pro').catch(() => undefined);
    const waits = async (): Promise<unknown[]> => ((await ask(`${http}/waits`)).body as { waits: unknown[] }).waits;
    while ((await waits()).length === 0) await settle();
    expect(await waits()).toEqual([
      expect.objectContaining({ system: 'fxp', who: 'provider of X/ID', whom: ['requestor of X/ID'] }),
    ]);
    expect((await ask(`${http}/sessions`)).body).toEqual({
      sessions: [{ id: 'ID', service: 'X', inputs: 0, outputs: 2, requestor: null, claim: null, gateway: null }],
      complete: true,
    });
    await connection.close();
    await popped;
  });

  test('gives up the wait of a client that is gone', async () => {
    const { app, redis, http } = await start();
    await provide(redis, 'silent', async (session) => {
      await session.pop({ timeout: 0 });
      await session.pop({ timeout: 0 });
    });
    await ask(`${http}/services/silent/sessions`, 'POST', { id: 's', timeout: '1h' });
    const abort = new AbortController();
    const call = fetch(`${http}/sessions/s/call`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
      signal: abort.signal,
    }).catch(() => 'gone');
    const [waits] = app.waits;
    const mine = (): boolean => waits!.list().some(({ who }) => who === 'requestor of silent/s');
    while (!mine()) await settle();
    abort.abort();
    expect(await call).toBe('gone');
    while (mine()) await settle();
    expect(waits!.counts().cancelled).toBeGreaterThan(0);
  });

  test('has health, readiness and metrics', async () => {
    const { http } = await start();
    expect((await ask(`${http}/healthz`)).status).toBe(200);
    expect((await ask(`${http}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${http}/metrics`)).text();
    expect(metrics).toMatch(/^fxp_broker_clients 0$/m);
    expect(metrics).toMatch(/^fxp_gateway_sessions 0$/m);
  });

  test('works over a Redis elsewhere', async () => {
    const elsewhere = await start();
    const { redis, http } = await start('--redis', elsewhere.redis);
    expect(redis).toBe('');
    await provide(elsewhere.redis, 'echo');
    const { body } = await ask(`${http}/services/echo/sessions`, 'POST', { id: 's' });
    expect(body).toEqual({ id: 's', service: 'echo', mode: 'extended', codec: 'json' });
    expect((await ask(`${http}/sessions/s/call`, 'POST', { n: 1 })).body).toEqual({ n: 1 });
    expect((await ask(`${http}/sessions`)).body).toMatchObject({ sessions: [{ id: 's', inputs: 0 }] });
  });
});

describe('a gateway whose Redis goes away', () => {
  test('says so, drops the sessions that were lost with it, and works again when it is back', async () => {
    const elsewhere = await start();
    const { http } = await start('--redis', elsewhere.redis);
    await provide(elsewhere.redis, 'echo');
    await ask(`${http}/services/echo/sessions`, 'POST', { id: 's' });
    await elsewhere.app.stop();
    const call = (): Promise<Answer> => ask(`${http}/sessions/s/call`, 'POST', {});
    const lost = expect.stringContaining('cannot be reached') as string;
    expect(await call()).toMatchObject({ status: 410, body: { error: { code: 'fxp_session_ended', message: lost } } });
    expect(await ask(`${http}/readyz`)).toMatchObject({
      status: 503,
      body: { error: { code: 'not_ready', message: lost } },
    });
    expect(await call()).toMatchObject({ status: 404, body: { error: { code: 'fxp_no_session' } } });
    const down = await ask(`${http}/services`);
    expect(down).toMatchObject({ status: 503, body: { error: { code: 'broker_unreachable' } } });

    await start('--listen', new URL(elsewhere.redis).host);
    const services = async (): Promise<unknown> => (await ask(`${http}/services`)).body;
    // The provider is back with its presence first, and then with its subscription.
    while (!JSON.stringify(await services()).includes('"sessions":'));
    await ask(`${http}/services/echo/sessions`, 'POST', { id: 's' });
    expect((await ask(`${http}/sessions/s/call`, 'POST', { n: 1 })).body).toEqual({ n: 1 });
  });
});

describe('the app', () => {
  test.each([
    ['redis', '--listen'],
    ['http', '--http'],
  ] as const)('says which address is taken: that of %s', async (kind, flag) => {
    const running = await start();
    const { host } = new URL(running[kind]);
    await expect(startApp(flag, host)).rejects.toMatchObject({
      code: 'address_in_use',
      message: expect.stringContaining(host) as string,
    });
  });

  test('says that its Redis is not there', async () => {
    const app = buildApp(readConfig({}, ['--http', ':0', '--redis', 'redis://127.0.0.1:1']), systemDeps(silentLog));
    await expect(app.start()).rejects.toMatchObject({ code: 'broker_unreachable' });
    await app.stop();
  });

  test('stops in the midst of calls, which are answered', async () => {
    const { app, redis, http } = await start();
    const provider = await provide(redis, 'silent', async (session) => {
      await session.pop({ timeout: 0 });
      await session.pop({ timeout: 0 }).catch(() => undefined);
    });
    await ask(`${http}/services/silent/sessions`, 'POST', { id: 's' });
    const call = ask(`${http}/sessions/s/call`, 'POST', {});
    const [waits] = app.waits;
    while (!waits!.list().some(({ who }) => who === 'requestor of silent/s')) await settle();
    await app.stop();
    expect(await call).toMatchObject({ status: 503, body: { error: { code: 'closed' } } });
    expect(waits!.openCount).toBe(0);
    await provider.close();
  });
});
