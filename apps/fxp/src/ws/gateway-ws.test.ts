import { Provider, Requestor, type PayloadCodec, type ServiceFunction } from '@syncytium/fxp';
import { settle } from '@syncytium/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../testing/start-app.js';
import { openWs, type WsClient } from '../testing/ws-client.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

let running: RunningApp;
beforeEach(async () => {
  running = await startApp('--max-sessions', '3');
  cleanUps.push(() => running.app.stop());
});

async function open(path: string): Promise<WsClient> {
  const client = await openWs(running.http, path);
  cleanUps.push(() => client.terminate());
  return client;
}

async function provide<C extends PayloadCodec = 'json'>(
  service: string,
  serve: ServiceFunction<C>,
  codec?: C,
): Promise<Provider> {
  const provider = await Provider.connect(running.redis, { name: 'ours' });
  cleanUps.push(() => provider.close());
  await provider.register(service, serve, { timeout: 0, ...(codec !== undefined && { codec }) });
  return provider;
}

async function requestor(): Promise<Requestor> {
  const requestor = await Requestor.connect(running.redis);
  cleanUps.push(() => requestor.close());
  return requestor;
}

const echo: ServiceFunction = async (session) => {
  for await (const input of session) await session.push(input);
};

async function sessions(): Promise<unknown[]> {
  const response = await fetch(`${running.http}/sessions`);
  return ((await response.json()) as { sessions: unknown[] }).sessions;
}

describe('a requestor over a WebSocket', () => {
  test('has a session that lives with the connection', async () => {
    let ended: unknown = 'not yet';
    await provide('echo', async (session) => {
      ended = await echo(session)?.catch((error: unknown) => error);
    });
    const client = await open('/services/echo?id=s&timeout=5s');
    expect(await client.next()).toEqual({
      type: 'open',
      session: 's',
      service: 'echo',
      mode: 'extended',
      codec: 'json',
    });
    expect(await client.ask({ type: 'call', ref: 1, item: { n: 1 } })).toEqual({
      type: 'item',
      ref: 1,
      item: { n: 1 },
    });
    expect(await client.ask({ type: 'push', ref: 'p', item: { n: 2 } })).toEqual({ type: 'done', ref: 'p' });
    expect(await client.ask({ type: 'pop', ref: 3 })).toEqual({ type: 'item', ref: 3, item: { n: 2 } });
    expect(await sessions()).toMatchObject([
      {
        id: 's',
        service: 'echo',
        claim: { provider: 'ours' },
        gateway: { client: expect.stringMatching(/^requestor at 127/) as string, pushed: 2, popped: 2 },
      },
    ]);
    client.terminate();
    while (ended === 'not yet') await settle();
    // Without an end of the session, the provider is told who has gone.
    expect(ended).toMatchObject({ message: expect.stringContaining('disconnected from the gateway') as string });
    while ((await sessions()).length > 0);
  });

  test('that says it has ended ends the iteration of its provider', async () => {
    let ended: unknown = 'not yet';
    await provide('echo', async (session) => {
      await echo(session);
      ended = 'well';
    });
    const client = await open('/services/echo');
    await client.next();
    expect(await client.ask({ type: 'end', ref: 1 })).toEqual({ type: 'done', ref: 1 });
    while (ended === 'not yet') await settle();
    expect(ended).toBe('well');
  });

  test('has bytes behind a line in a session of raw', async () => {
    await provide('double', async ({ raw }) => {
      for await (const input of raw) await raw.push(Buffer.concat([input, input]));
    });
    const client = await open('/services/double?codec=raw');
    expect(await client.next()).toMatchObject({ type: 'open', codec: 'raw' });
    const bytes = Buffer.from([0, 10, 255]);
    const answer = await client.ask({ type: 'call', ref: 1 }, bytes);
    expect(answer).toEqual({ type: 'item', ref: 1, item: Buffer.concat([bytes, bytes]) });
    expect(await client.ask({ type: 'call', ref: 2, item: {} })).toMatchObject({
      type: 'error',
      ref: 2,
      error: { code: 'invalid_argument', field: 'item' },
    });
  });

  test('sees numeric arrays of MessagePack as arrays', async () => {
    await provide(
      'numbers',
      async (session) => {
        await session.pop();
        await session.push({ floats: Float64Array.of(0.5, 1), wide: BigInt64Array.of(-1n), bytes: Buffer.from('a') });
      },
      'msgpack',
    );
    const client = await open('/services/numbers?codec=msgpack');
    await client.next();
    expect(await client.ask({ type: 'call', ref: 1, item: [1] })).toEqual({
      type: 'item',
      ref: 1,
      item: { floats: [0.5, 1], wide: ['-1'], bytes: 'YQ==' },
    });
  });

  test('waits where everybody sees it, and is told who did not answer', async () => {
    await provide('silent', async (session) => {
      await session.pop();
      await session.pop();
    });
    const client = await open('/services/silent?id=s');
    await client.next();
    client.send({ type: 'call', ref: 1, item: {}, timeout: '40ms' });
    const [waits] = running.app.waits;
    while (!waits!.list().some(({ who }) => who === 'requestor of silent/s')) await settle();
    expect(await client.next()).toMatchObject({
      type: 'error',
      ref: 1,
      error: { code: 'timeout', message: expect.stringMatching(/provider "ours".*has not answered/) as string },
    });
  });

  test.each<[string, string]>([
    ['?role=observer', 'role'],
    ['?codec=xml', 'codec'],
    ['?acknowledge=maybe', 'acknowledge'],
    ['?timeout=soon', 'timeout'],
    ['?id=a&id=b', 'id'],
    ['?capacity=3', 'capacity'],
    ['?role=provider&capacity=none', 'capacity'],
    ['?role=provider&id=s', 'id'],
    ['?role=provider&name=a__b', 'name'],
  ])('is refused for %s', async (query, field) => {
    await provide('echo', echo);
    const client = await open(`/services/echo${query}`);
    expect(await client.next()).toMatchObject({ type: 'error', error: { code: 'invalid_argument', field } });
    expect(await client.closed).toBe(1008);
  });

  test('is told that nobody provides its service, or that there are sessions enough', async () => {
    const none = await open('/services/none');
    expect(await none.next()).toMatchObject({ type: 'error', error: { code: 'fxp_no_provider' } });
    expect(await none.closed).toBe(1008);
    await provide('echo', echo);
    const clients = [await open('/services/echo'), await open('/services/echo'), await open('/services/echo')];
    for (const client of clients) expect(await client.next()).toMatchObject({ type: 'open' });
    await expect(openWs(running.http, '/services/echo')).rejects.toMatchObject({ details: { status: 503 } });
  });

  test.each<[string, string]>([
    ['{"type":"call","item":{}}', 'ref'],
    ['{"type":"call","ref":1}', 'item'],
    ['{"type":"call","ref":1,"item":[]}', 'item'],
    ['{"type":"call","ref":1,"item":{},"timeout":true}', 'timeout'],
    ['{"type":"call","ref":1,"item":{},"session":"s"}', 'session'],
    ['{"type":"fail","ref":1}', 'type'],
    ['{"type":"toString","ref":1}', 'type'],
    ['{"ref":{}}', 'ref'],
    ['[]', 'message'],
  ])('is told what is wrong with %s, and goes on', async (text, field) => {
    await provide('echo', echo);
    const client = await open('/services/echo');
    await client.next();
    client.sendText(text);
    expect(await client.next()).toMatchObject({ type: 'error', error: { code: 'invalid_argument', field } });
    expect(await client.ask({ type: 'call', ref: 2, item: {} })).toEqual({ type: 'item', ref: 2, item: {} });
  });

  test('is told where its message is no JSON', async () => {
    await provide('echo', echo);
    const client = await open('/services/echo');
    await client.next();
    client.sendText('{"type":"call",}');
    expect(await client.next()).toMatchObject({ type: 'error', error: { code: 'bad_json', position: 15 } });
  });
});

describe('a provider over a WebSocket', () => {
  async function register(query = ''): Promise<WsClient> {
    const client = await open(`/services/count?role=provider${query}`);
    expect(await client.next()).toMatchObject({ type: 'registered', service: 'count' });
    return client;
  }

  test('is listed, serves sessions, and is told when they are over', async () => {
    const client = await register('&name=web&version=2&capacity=2');
    const own = await requestor();
    expect(await own.providers('count')).toMatchObject({ providers: [{ provider: 'web', version: '2', capacity: 2 }] });
    const session = await own.open('count', { id: 's', acknowledge: true });
    expect(await client.next()).toEqual({ type: 'session', session: 's', mode: 'acknowledged' });
    const answer = session.call({ n: 1 });
    expect(await client.ask({ type: 'pop', ref: 1, session: 's' })).toMatchObject({
      type: 'item',
      ref: 1,
      item: { n: 1 },
    });
    expect(await client.ask({ type: 'push', ref: 2, session: 's', item: { n: 2 } })).toMatchObject({
      type: 'done',
      ref: 2,
    });
    expect(await answer).toEqual({ n: 2 });
    client.send({ type: 'pop', ref: 3, session: 's' });
    await session.close();
    const last = [await client.next(), await client.next()];
    expect(last).toContainEqual({ type: 'end', ref: 3, session: 's' });
    expect(last).toContainEqual({ type: 'over', session: 's' });
    expect(await client.ask({ type: 'pop', ref: 4, session: 's' })).toMatchObject({
      error: { code: 'fxp_no_session' },
    });
  });

  test('that disconnects ends its sessions, and their requestors are told who it was', async () => {
    const client = await register('&name=web');
    const own = await requestor();
    const session = await own.open('count', { id: 's' });
    const call = expect(session.call({ n: 1 }, { timeout: 0 })).rejects.toMatchObject({
      code: 'fxp_remote',
      message: expect.stringMatching(/provider "web" at 127.* disconnected from the gateway/) as string,
      remote: { code: 'fxp_client_gone' },
    });
    await client.next();
    client.terminate();
    await call;
    while (await own.isAvailable('count'));
  });

  test('says why it gives up a session', async () => {
    const client = await register();
    const session = await (await requestor()).open('count', { id: 's' });
    const call = session.call({ n: 1 });
    const failure = expect(call).rejects.toMatchObject({
      code: 'fxp_remote',
      remote: { name: 'ValueError', message: 'no such coil', code: 'no_coil' },
    });
    await client.next();
    const error = { name: 'ValueError', message: 'no such coil', code: 'no_coil' };
    client.send({ type: 'fail', ref: 1, session: 's', error });
    await failure;
    expect([await client.next(), await client.next()]).toContainEqual({ type: 'done', ref: 1, session: 's' });
  });

  test('drains: finishes what it serves, and takes no more', async () => {
    const client = await register();
    const own = await requestor();
    const session = await own.open('count', { id: 's' });
    await client.next();
    client.send({ type: 'drain', ref: 'd' });
    while ((await own.providers('count')).providers[0]?.draining !== true);
    await expect(own.open('count')).rejects.toMatchObject({ code: 'fxp_no_provider' });
    client.send({ type: 'end', session: 's' });
    expect([await client.next(), await client.next()]).toEqual([
      { type: 'over', session: 's' },
      { type: 'done', ref: 'd' },
    ]);
    await session.close();
  });

  test('tells how busy it is', async () => {
    const client = await register();
    expect(await client.ask({ type: 'load', ref: 1, load: 0.75 })).toEqual({ type: 'done', ref: 1 });
    const own = await requestor();
    const session = await own.open('count');
    while ((await own.providers('count')).providers[0]?.load !== 0.75);
    await session.close();
  });

  test('has sessions of a plain requestor, too', async () => {
    const client = await register();
    const plain = await Requestor.connect(running.redis, { extensions: false });
    cleanUps.push(() => plain.close());
    const session = await plain.open('count', { id: 's' });
    expect(await client.next()).toEqual({ type: 'session', session: 's', mode: 'plain' });
    const call = session.call({ n: 1 });
    await client.ask({ type: 'pop', ref: 1, session: 's' });
    client.send({ type: 'push', session: 's', item: { n: 2 } });
    expect(await call).toEqual({ n: 2 });
  });
});

test('what ends with the gateway says so', async () => {
  const client = await open('/services/echo?role=provider');
  await client.next();
  const stopping = running.app.stop();
  expect(await client.closed).toBe(1001);
  await stopping;
});
