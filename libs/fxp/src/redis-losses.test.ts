import { once } from 'node:events';
import { connect } from 'node:net';
import { redisServerPath, startRedisServer, type RedisServer } from '@syncytium/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FxpSessionEndedError } from './errors.js';
import { Provider, type ServiceFunction } from './provider.js';
import { Requestor } from './requestor.js';

const isInstalled = redisServerPath() !== undefined;
if (!isInstalled) console.log('sessions over a Redis that drops lines: no redis-server on the PATH: skipped');

const leaseMs = 1000;
const echo: ServiceFunction = async (session) => {
  for await (const input of session) await session.push(input);
};

describe.skipIf(!isInstalled)('over a Redis that drops its clients', () => {
  let redis: RedisServer;
  let provider: Provider;
  let requestor: Requestor;

  beforeAll(async () => {
    redis = await startRedisServer();
    provider = await Provider.connect(redis.url, { leaseMs });
    requestor = await Requestor.connect(redis.url, { leaseMs });
    await provider.register('echo', echo, { timeout: 0 });
  });

  afterAll(async () => {
    await requestor.close();
    await provider.close();
    await redis.stop();
  });

  /** Has the server do something, over a line of its own. */
  const tell = async (command: string): Promise<void> => {
    const socket = connect(redis.port, '127.0.0.1');
    socket.write(`${command}\r\n`);
    await once(socket, 'data');
    socket.destroy();
  };
  const dropAll = (): Promise<void> => tell('CLIENT KILL TYPE normal SKIPME yes');

  /** Streams inputs, and does something now and then in between. */
  const streamThrough = async (work: () => Promise<void>): Promise<void> => {
    const count = 600;
    const inputs = Array.from({ length: count }, (_, n) => ({ n }));
    const options = { acknowledge: true, claimTimeout: '30s' } as const;
    await using session = await requestor.open('echo', options);
    let next = 0;
    for await (const { n } of session.stream(inputs, { window: 8, timeout: '30s' })) {
      expect(n).toBe(next++);
      if (next % 200 === 100) await work();
    }
    expect(next).toBe(count);
  };

  test('an acknowledged session goes on, and nothing is lost', () => streamThrough(dropAll));

  test('and forgets everything, an acknowledged session goes on, and nothing is lost', () =>
    streamThrough(async () => {
      await tell('FLUSHALL');
      await dropAll();
    }));

  test('an extended session ends, and says that something may be lost', async () => {
    await using session = await requestor.open('echo');
    await session.call({});
    // It may end before the drop has been confirmed.
    const popping = session.pop({ timeout: 0 }).catch((error: unknown) => error);
    await dropAll();
    const error = await popping;
    expect(error).toBeInstanceOf(FxpSessionEndedError);
    expect((error as Error).message).toMatch(/connection lost; what was on its way may be lost$/);
    expect(session.phase).toBe('lost');
  });
});
