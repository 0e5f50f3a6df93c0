import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { InvalidArgumentError } from '@syncytium/kit';
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

/** A port of loopback where nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a Redis that is not there', () => {
  test('is unreachable, and the error says where and why', async () => {
    const port = await deadPort();
    await expect(RedisBroker.connect(`redis://:secret@127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'broker_unreachable',
      message: `Redis at 127.0.0.1:${port} cannot be reached: connection refused`,
    });
  });

  test('is unreachable as a cluster', async () => {
    const port = await deadPort();
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

  test.each(['http://127.0.0.1', 'not a URL', 'redis://:secret@127.0.0.1/x', ''])('has not the URL %j', async (url) => {
    const error: unknown = await RedisBroker.connect(url).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect((error as Error).message).not.toContain('secret');
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
    const { server, memory } = await startServer();
    let isMute = false;
    const proxy = createServer((outer) => {
      const inner = connect(server.address.port, server.address.host);
      outer.on('data', (chunk) => {
        if (!isMute) inner.write(chunk);
      });
      inner.on('data', (chunk) => outer.write(chunk));
      outer.on('close', () => inner.destroy());
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const broker = await RedisBroker.connect({ url: `redis://127.0.0.1:${port}`, commandTimeoutMs: 100 });
    isMute = true;
    await expect(broker.get('k')).rejects.toMatchObject({ code: 'broker_unreachable' });
    await broker.close();
    proxy.close();
    await server.stop();
    await memory.close();
  });
});

async function untilTrue(check: () => Promise<boolean>): Promise<void> {
  while (!(await check()));
}
