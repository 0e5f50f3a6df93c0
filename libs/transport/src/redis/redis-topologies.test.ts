import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { freePort, redisServerPath, startRedisServer, type RedisServer } from '@syncytium/testkit';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokerConformance } from '../broker.conformance.js';
import { MemoryBroker } from '../memory/memory-broker.js';
import { RespServer } from '../resp/resp-server.js';
import { tlsFixture } from '../testing/tls-fixture.js';
import { RedisBroker } from './redis-broker.js';

const isInstalled = redisServerPath() !== undefined;
if (!isInstalled) console.log('the redis driver on Sentinels and clusters: no redis-server on the PATH: skipped');

describe.skipIf(!isInstalled)('on a cluster of three nodes', () => {
  let servers: RedisServer[] = [];
  let nodes: Redis[] = [];

  beforeAll(async () => {
    servers = await Promise.all(
      Array.from({ length: 3 }, () => startRedisServer({ args: ['--cluster-enabled', 'yes'] })),
    );
    nodes = servers.map(({ url }) => new Redis(url));
    await formCluster(servers, nodes);
  }, 60_000);

  afterAll(async () => {
    for (const node of nodes) node.disconnect();
    await Promise.all(servers.map((server) => server.stop()));
  });

  const connectBroker = (): Promise<RedisBroker> => RedisBroker.connect(`${servers[0]!.url}?cluster=true`);

  brokerConformance('the redis driver', async () => {
    const broker = await connectBroker();
    return {
      broker,
      countsReceivers: false,
      async elapse(ms) {
        const connection = await broker.connect();
        await connection.brpop('nothing', { timeoutMs: ms });
        await connection.close();
      },
      async waiting(count) {
        for (let blocked = 0; blocked < count;) {
          const infos = await Promise.all(nodes.map((node) => node.info('clients')));
          blocked = infos.reduce((sum, info) => sum + Number(/blocked_clients:(\d+)/.exec(info)?.[1]), 0);
        }
      },
      close: () => broker.close(),
    };
  });

  test('keys of all nodes are reached, over one broker and over one connection', async () => {
    const broker = await connectBroker();
    const connection = await broker.connect();
    const keys = Array.from({ length: 30 }, (_, i) => `spread:${i}`);
    for (const key of keys) await connection.lpush(key, key);
    const popped = await Promise.all(keys.map((key) => connection.brpop(key)));
    expect(popped.map((value) => value?.key)).toEqual(keys);
    for (const key of keys) await broker.set(key, 'x');
    const counts = await Promise.all(nodes.map((node) => node.dbsize()));
    expect(counts.every((count) => count > 0)).toBe(true);
    expect(await broker.del(...keys)).toBe(30);
    await broker.close();
  });

  test('keys of all nodes are found, as long as there are not too many to look at', async () => {
    const broker = await connectBroker();
    const keys = Array.from({ length: 30 }, (_, i) => `scan:${i}`);
    for (const key of [...keys, 'other']) await broker.set(key, 'x');
    const { keys: found, isComplete } = await broker.scan('scan:*', 10_000);
    expect([...found].sort()).toEqual([...keys].sort());
    expect(isComplete).toBe(true);
    expect(await broker.scan('scan:*', 5)).toMatchObject({ isComplete: false });
    await broker.del(...keys, 'other');
    await broker.close();
    await expect(broker.scan('*', 1)).rejects.toMatchObject({ code: 'closed' });
  });

  test('is reached through whichever node is there', async () => {
    const ports = [await freePort(), await freePort(), await freePort(), servers[0]!.port];
    const nodes = ports.map((port) => ({ host: '127.0.0.1', port }));
    // They are asked in an order of chance.
    for (let i = 0; i < 8; i++) {
      const broker = await RedisBroker.connect({ cluster: { nodes } });
      expect(await broker.set('k', 'v')).toBe(true);
      await broker.close();
    }
  });

  test('channels are found whichever node their subscribers are connected to', async () => {
    const brokers = await Promise.all([connectBroker(), connectBroker(), connectBroker()]);
    // Straight to one node each, since a client of the cluster chooses its node by chance.
    const subscribers = servers.map(({ url }) => new Redis(url));
    await Promise.all(subscribers.map((subscriber, i) => subscriber.subscribe(`service:${i}`)));
    for (const broker of brokers) {
      expect((await broker.channels('service:*')).sort()).toEqual(['service:0', 'service:1', 'service:2']);
      for (const i of [0, 1, 2]) expect(await broker.subscriberCount(`service:${i}`)).toBe(1);
    }
    for (const subscriber of subscribers) subscriber.disconnect();
    await Promise.all(brokers.map((broker) => broker.close()));
  });

  test('a key is followed while it moves to another node, and when it has', async () => {
    const broker = await connectBroker();
    const connection = await broker.connect();
    await connection.lpush('moving', 'before');
    expect((await connection.brpop('moving'))?.key).toBe('moving');
    const slot = await nodes[0]!.cluster('KEYSLOT', 'moving');
    const ids = await Promise.all(nodes.map((node) => node.cluster('MYID')));
    const owner = await ownerOf(nodes, slot);
    const next = (owner + 1) % nodes.length;
    await nodes[next]!.cluster('SETSLOT', slot, 'IMPORTING', ids[owner]!);
    await nodes[owner]!.cluster('SETSLOT', slot, 'MIGRATING', ids[next]!);
    await connection.lpush('moving', 'meanwhile');
    expect(Buffer.from((await connection.brpop('moving'))!.value).toString()).toBe('meanwhile');
    for (const node of [nodes[next]!, nodes[owner]!, nodes[(owner + 2) % nodes.length]!])
      await node.cluster('SETSLOT', slot, 'NODE', ids[next]!);
    await connection.lpush('moving', 'after');
    expect(await nodes[next]!.llen('moving')).toBe(1);
    expect(Buffer.from((await connection.brpop('moving'))!.value).toString()).toBe('after');
    await broker.close();
  });
});

describe.skipIf(!isInstalled)('on a cluster that loses a node', () => {
  test('what was under way there ends, keys of the others and channels are served, and nothing is left hanging', async () => {
    const args = ['--cluster-enabled', 'yes', '--cluster-require-full-coverage', 'no'];
    const servers = await Promise.all(Array.from({ length: 3 }, () => startRedisServer({ args })));
    const nodes = servers.map(({ url }) => new Redis(url, { retryStrategy: () => null }));
    for (const node of nodes) node.on('error', () => undefined);
    await formCluster(servers, nodes);
    const broker = await RedisBroker.connect({
      url: `${servers[0]!.url}?cluster=true`,
      commandTimeoutMs: 2000,
      reconnect: { attemptsMax: 3, delayMsMin: 1, delayMsMax: 10 },
    });
    const connection = await broker.connect();
    const owners = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f'].map(async (key) => ({
        key,
        owner: await ownerOf(nodes, await nodes[0]!.cluster('KEYSLOT', key)),
      })),
    );
    const [dead, alive] = [owners.find(({ owner }) => owner === 2)!.key, owners.find(({ owner }) => owner === 0)!.key];
    const unreachable = { code: expect.stringMatching(/broker_unreachable|broker_refused/) as string };
    const popped = expect(connection.brpop(dead)).rejects.toMatchObject({ code: 'broker_unreachable' });
    while (!/blocked_clients:1/.test(await nodes[2]!.info('clients')));
    const other = connection.blmove(`{${alive}}in`, `{${alive}}in flight`, 'right', 'left');
    const subscriber = new Redis(servers[1]!.url);
    await subscriber.subscribe('service');

    await servers[2]!.stop();
    await popped;
    await expect(broker.set(dead, 'v')).rejects.toMatchObject(unreachable);
    await expect(connection.lpush(dead, 'v')).rejects.toMatchObject(unreachable);
    expect(await broker.lpush(`{${alive}}in`, 'v')).toBe(1);
    expect(Buffer.from((await other)!).toString()).toBe('v');
    expect(await connection.llen(`{${alive}}in flight`)).toBe(1);
    expect(await broker.channels()).toEqual(['service']);
    expect(await broker.subscriberCount('service')).toBe(1);

    subscriber.disconnect();
    await broker.close();
    for (const node of nodes) node.disconnect();
    await Promise.all(servers.map((server) => server.stop()));
  });
});

async function formCluster(servers: readonly RedisServer[], nodes: readonly Redis[]): Promise<void> {
  const share = Math.ceil(16_384 / nodes.length);
  await Promise.all(
    nodes.map((node, i) => node.cluster('ADDSLOTSRANGE', i * share, Math.min((i + 1) * share, 16_384) - 1)),
  );
  for (const { port } of servers.slice(1)) await nodes[0]!.cluster('MEET', '127.0.0.1', port);
  for (const node of nodes) {
    for (let info = ''; !/cluster_state:ok/.test(info) || !/cluster_known_nodes:3/.test(info);)
      info = await node.cluster('INFO');
  }
}

/** Which of the nodes holds a slot. */
async function ownerOf(nodes: readonly Redis[], slot: number): Promise<number> {
  const ranges = await nodes[0]!.cluster('SLOTS');
  const [, , node] = ranges.find(([first, last]) => first <= slot && slot <= last)!;
  return nodes.findIndex(({ options }) => options.port === node![1]);
}

describe.skipIf(!isInstalled)('behind Sentinels', () => {
  test('the Redis they watch is found by its name', async () => {
    const redis = await startRedisServer();
    const sentinel = await startRedisServer({
      config: `sentinel monitor main 127.0.0.1 ${redis.port} 1\n`,
      args: ['--sentinel'],
    });
    const broker = await RedisBroker.connect(`${sentinel.url}?sentinel=main`);
    await broker.set('k', 'v');
    const connection = await broker.connect();
    expect(await connection.lpush('l', 'v')).toBe(1);
    await broker.close();

    const direct = await RedisBroker.connect(redis.url);
    expect(Buffer.from((await direct.get('k'))!).toString()).toBe('v');
    await direct.close();
    await Promise.all([sentinel.stop(), redis.stop()]);
  });

  test('are asked one after the other until one is there', async () => {
    const redis = await startRedisServer();
    const sentinel = await startRedisServer({
      config: `sentinel monitor main 127.0.0.1 ${redis.port} 1\n`,
      args: ['--sentinel'],
    });
    const nodes = [await freePort(), sentinel.port].map((port) => ({ host: '127.0.0.1', port }));
    const broker = await RedisBroker.connect({ sentinel: { name: 'main', nodes } });
    expect(await broker.set('k', 'v')).toBe(true);
    await broker.close();
    await Promise.all([sentinel.stop(), redis.stop()]);
  });

  test('a name that they do not know is unreachable', async () => {
    const sentinel = await startRedisServer({ args: ['--sentinel'] });
    const failure = RedisBroker.connect({
      url: `${sentinel.url}?sentinel=nobody`,
      connectTimeoutMs: 200,
    });
    await expect(failure).rejects.toMatchObject({ code: 'broker_unreachable' });
    await sentinel.stop();
  });
});

describe('over TLS', () => {
  test('a certificate that is trusted is accepted, any other refused', async () => {
    const memory = new MemoryBroker();
    const plain = new RespServer({ broker: memory, listen: { port: 0 } });
    await plain.start();
    const sockets = new Set<Socket>();
    const tls = createTlsServer(tlsFixture, (encrypted) => {
      const inner = connect(plain.address.port, plain.address.host);
      sockets.add(inner);
      encrypted.pipe(inner).pipe(encrypted);
      encrypted.on('error', () => inner.destroy());
    });
    tls.listen(0, '127.0.0.1');
    await once(tls, 'listening');
    const url = `rediss://127.0.0.1:${(tls.address() as AddressInfo).port}`;

    const broker = await RedisBroker.connect({ url, tls: { ca: tlsFixture.cert } });
    const connection = await broker.connect();
    expect(await connection.lpush('l', 'over TLS')).toBe(1);
    await broker.close();

    await expect(RedisBroker.connect({ url, reconnect: { attemptsMax: 0 } })).rejects.toMatchObject({
      code: 'broker_unreachable',
      message: expect.stringContaining('certificate') as string,
    });
    for (const socket of sockets) socket.destroy();
    tls.close();
    await plain.stop();
    await memory.close();
  });
});
