import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { ClosedError, InvalidArgumentError } from '@syncytium/kit';
import { freePort, settle, SimulatedClock } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { MemoryBroker } from '../memory/memory-broker.js';
import { RespServer, type RespServerOptions } from '../resp/resp-server.js';
import { RedisBroker } from './redis-broker.js';

/** A broker behind a server that can go away and come back. */
async function startServer(
  options: Partial<RespServerOptions> = {},
): Promise<{ server: RespServer; memory: MemoryBroker }> {
  const memory = options.broker ?? new MemoryBroker();
  const server = new RespServer({ listen: { port: 0 }, ...options, broker: memory });
  await server.start();
  return { server, memory };
}

describe('a Redis that is not there', () => {
  test('is unreachable, and the error says where and why', async () => {
    const port = await freePort();
    await expect(RedisBroker.connect(`redis://:secret@127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'broker_unreachable',
      message: `Redis at 127.0.0.1:${port} cannot be reached: connection refused`,
    });
  });

  test('is unreachable as a cluster', async () => {
    const port = await freePort();
    await expect(RedisBroker.connect(`redis://127.0.0.1:${port}?cluster=true`)).rejects.toMatchObject({
      code: 'broker_unreachable',
      message: expect.stringContaining(`Redis cluster at 127.0.0.1:${port} cannot be reached`) as string,
    });
  });

  test('is unreachable in bounded time when it accepts connections and says nothing', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    await expect(RedisBroker.connect({ url: `redis://127.0.0.1:${port}`, connectTimeoutMs: 50 })).rejects.toMatchObject(
      {
        code: 'broker_unreachable',
        message: `Redis at 127.0.0.1:${port} cannot be reached: no answer within 50 ms`,
      },
    );
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  test('is unreachable when its host has no address', async () => {
    await expect(RedisBroker.connect('redis://no-such-host.invalid')).rejects.toMatchObject({
      code: 'broker_unreachable',
      message: expect.stringMatching(/no such host|cannot be resolved/) as string,
    });
  });
});

describe('a Redis that refuses', () => {
  test('denies a wrong password, a missing one and a wrong user', async () => {
    const { server, memory } = await startServer({ password: 'right' });
    const { port } = server.address;
    const denied = { code: 'broker_denied' };
    await expect(RedisBroker.connect(`redis://:wrong@127.0.0.1:${port}`)).rejects.toMatchObject(denied);
    await expect(RedisBroker.connect(`redis://127.0.0.1:${port}`)).rejects.toMatchObject(denied);
    await expect(RedisBroker.connect(`redis://mallory:right@127.0.0.1:${port}`)).rejects.toMatchObject(denied);
    const broker = await RedisBroker.connect(`redis://:right@127.0.0.1:${port}`);
    expect(await broker.set('k', 'v')).toBe(true);
    await broker.close();
    await server.stop();
    await memory.close();
  });

  test('is out of memory', async () => {
    const { server, memory } = await startServer({ broker: new MemoryBroker({ bytesMax: 100_000 }) });
    const broker = await RedisBroker.connect(server.url);
    const connection = await broker.connect();
    for (const size of [90_000, 1_000_000]) {
      await broker.del('l');
      await broker.lpush('l', Buffer.alloc(50_000));
      await expect(connection.lpush('l', Buffer.alloc(size))).rejects.toMatchObject({ code: 'broker_out_of_memory' });
      expect(await broker.llen('l')).toBe(1);
    }
    await broker.close();
    await server.stop();
    await memory.close();
  });

  test('has no such database', async () => {
    const { server, memory } = await startServer();
    const broker = RedisBroker.connect(`${server.url}/7`);
    await expect(broker).rejects.toMatchObject({ code: 'broker_refused' });
    await server.stop();
    await memory.close();
  });

  test.each(['http://127.0.0.1', 'not a URL', 'redis://:secret@127.0.0.1/x', 'redis://:secret%zz@127.0.0.1', ''])(
    'has not the URL %j',
    async (url) => {
      const error: unknown = await RedisBroker.connect(url).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect((error as Error).message).not.toContain('secret');
    },
  );
});

describe('a broker that is closed', () => {
  test('leaves no connection that was about to be opened for a subscription', async () => {
    const { server, memory } = await startServer();
    const broker = await RedisBroker.connect(server.url);
    await broker.subscribe('x', () => undefined);
    // A second subscription to one channel takes a second connection.
    const second = expect(broker.subscribe('x', () => undefined)).rejects.toBeInstanceOf(ClosedError);
    await broker.close();
    await second;
    while (server.facts().connectedClients > 0) await settle();
    expect(server.facts().connectionsReceived).toBe(2);
    await server.stop();
    await memory.close();
  });
});

describe('a Redis that goes away', () => {
  test('ends what is under way, comes back for commands and subscriptions, and leaves lost connections lost', async () => {
    const { server, memory } = await startServer();
    const broker = await RedisBroker.connect({ url: server.url, reconnect: { delayMsMin: 1, delayMsMax: 20 } });
    const connection = await broker.connect();
    const messages: string[] = [];
    let onMessage = (): void => undefined;
    await broker.subscribe('x', (message) => {
      messages.push(Buffer.from(message).toString());
      onMessage();
    });
    const popped = expect(connection.brpop('l')).rejects.toMatchObject({
      code: 'broker_unreachable',
      message: `Redis at 127.0.0.1:${server.address.port} cannot be reached: connection lost`,
    });
    while (server.facts().blockedClients === 0) await broker.exists('l');

    await server.stop();
    await popped;
    await expect(connection.lpush('l', 'v')).rejects.toMatchObject({ code: 'broker_unreachable' });

    const back = await startServer({ broker: memory, listen: { port: server.address.port } });
    await untilTrue(() => broker.set('k', 'v').catch(() => false));
    await untilTrue(async () => (await broker.subscriberCount('x')) === 1);
    const received = new Promise<void>((resolve) => (onMessage = resolve));
    expect(await broker.publish('x', 'again')).toBe(1);
    await received;
    expect(messages).toEqual(['again']);
    const other = await broker.connect();
    expect(await other.lpush('l', 'v')).toBe(1);
    expect(broker.lost.aborted).toBe(false);
    await broker.close();
    await back.server.stop();
    await memory.close();
  });

  test('is given up for lost after so many attempts', async () => {
    const { server, memory } = await startServer();
    const broker = await RedisBroker.connect({
      url: server.url,
      reconnect: { attemptsMax: 3, delayMsMin: 1, delayMsMax: 2 },
    });
    const lost = once(broker.lost, 'abort');
    await server.stop();
    await lost;
    expect(broker.lost.reason).toMatchObject({ code: 'broker_unreachable' });
    await expect(broker.get('k')).rejects.toMatchObject({ code: 'broker_unreachable' });
    await expect(broker.connect()).rejects.toMatchObject({ code: 'broker_unreachable' });
    await broker.close();
    await memory.close();
  });

  test('does not answer a command in time', async () => {
    const { proxy, close } = await startProxy();
    const broker = await RedisBroker.connect({ url: proxy.url, commandTimeoutMs: 500 });
    proxy.isMute = () => true;
    await expect(broker.get('k')).rejects.toMatchObject({ code: 'broker_unreachable' });
    await broker.close();
    await close();
  });

  const noAnswer = { code: 'broker_unreachable', message: expect.stringContaining('no answer in time') as string };

  test('does not answer a pop in time, beside the time it may wait', async () => {
    const { proxy, close } = await startProxy();
    const clock = new SimulatedClock();
    const broker = await RedisBroker.connect({ url: proxy.url, clock });
    const connection = await broker.connect();
    proxy.isMute = () => true;
    const answers: unknown[] = [];
    const pops = ['l', 'm'].map((key) =>
      connection.brpop(key, { timeoutMs: 10_000 }).then(
        () => answers.push('popped'),
        (error: unknown) => answers.push(error),
      ),
    );
    await clock.advanceAsync(39_999);
    expect(answers).toEqual([]);
    await clock.advanceAsync(1);
    await Promise.all(pops);
    expect(answers).toMatchObject([noAnswer, noAnswer]);
    await expect(connection.lpush('m', 'v')).rejects.toMatchObject({ code: 'broker_unreachable' });
    await broker.close();
    await close();
  });

  test('does not answer a pop that is aborted', async () => {
    const { proxy, server, close } = await startProxy();
    const clock = new SimulatedClock();
    const broker = await RedisBroker.connect({ url: proxy.url, clock });
    const connection = await broker.connect();
    const abort = new AbortController();
    const failure = expect(connection.brpop('l', { signal: abort.signal })).rejects.toMatchObject(noAnswer);
    while (server.facts().blockedClients === 0) await broker.exists('l');
    proxy.isMute = () => true;
    abort.abort();
    clock.advance(30_000);
    await failure;
    await broker.close();
    await close();
  });

  test('does not say who a new connection is', async () => {
    const { proxy, close } = await startProxy();
    const clock = new SimulatedClock();
    const broker = await RedisBroker.connect({ url: proxy.url, clock });
    const asked = new Promise<void>((resolve) => {
      proxy.isMute = (chunk) => {
        const isQuestion = chunk.includes('CLIENT') && chunk.includes('ID');
        if (isQuestion) resolve();
        return isQuestion;
      };
    });
    const failure = expect(broker.connect()).rejects.toMatchObject({
      code: 'broker_unreachable',
      message: expect.stringContaining('no answer within 5000 ms') as string,
    });
    await asked;
    clock.advance(5000);
    await failure;
    await broker.close();
    await close();
  });
});

interface Proxy {
  readonly url: string;
  /** Whether what a client sends is swallowed. */
  isMute: (chunk: Buffer) => boolean;
}

/** A server behind a line that can fall silent. */
async function startProxy(): Promise<{ proxy: Proxy; server: RespServer; close: () => Promise<void> }> {
  const { server, memory } = await startServer();
  const listener = createServer((outer) => {
    const inner = connect(server.address.port, server.address.host);
    outer.on('data', (chunk: Buffer) => {
      if (!proxy.isMute(chunk)) inner.write(chunk);
    });
    inner.on('data', (chunk) => outer.write(chunk));
    inner.on('close', () => outer.destroy());
    outer.on('close', () => inner.destroy());
    for (const socket of [inner, outer]) socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const proxy: Proxy = {
    url: `redis://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    isMute: () => false,
  };
  return {
    proxy,
    server,
    async close() {
      listener.close();
      await server.stop();
      await memory.close();
    },
  };
}

async function untilTrue(check: () => Promise<boolean>): Promise<void> {
  while (!(await check()));
}
