import { redisServerPath, settle, startRedisServer, type RedisServer } from '@syncytium/testkit';
import { RedisBroker } from '@syncytium/transport/redis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Provider, type ServiceFunction } from './provider.js';
import { Requestor } from './requestor.js';

const isInstalled = redisServerPath() !== undefined;
if (!isInstalled) console.log('a Redis that goes down: no redis-server on the PATH: skipped');

/** Long enough for a machine that is busy with other things. */
const leaseMs = 3000;

const echo: ServiceFunction = async (session) => {
  for await (const input of session) await session.push(input);
};

describe.skipIf(!isInstalled)('a Redis that goes down', () => {
  let redis: RedisServer;
  let brokers: RedisBroker[];
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);

  beforeEach(async () => {
    redis = await startRedisServer();
    brokers = [];
    rejections.length = 0;
    process.on('unhandledRejection', onRejection);
  });

  afterEach(async () => {
    await Promise.all(brokers.map((broker) => broker.close()));
    await redis.stop();
    await settle();
    process.off('unhandledRejection', onRejection);
    expect(rejections).toEqual([]);
  });

  /** A broker that tries to reach its Redis again soon. */
  const connect = async (attemptsMax = 1000): Promise<RedisBroker> => {
    const broker = await RedisBroker.connect({
      url: redis.url,
      reconnect: { attemptsMax, delayMsMin: 5, delayMsMax: 20 },
    });
    brokers.push(broker);
    return broker;
  };
  /** The same place, and nothing in it. */
  const restart = async (): Promise<void> => {
    const { port } = redis;
    await redis.stop();
    redis = { ...(await startRedisServer({ args: ['--port', `${port}`] })), port, url: redis.url };
  };
  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await isSo())) await settle();
  };
  const isAvailable = (requestor: Requestor): Promise<boolean> => requestor.isAvailable('x').catch(() => false);

  test('before anybody connects is said at once, naming the address', async () => {
    const { url } = redis;
    await redis.stop();
    const address = url.slice('redis://'.length);
    for (const connect of [() => Provider.connect(url), () => Requestor.connect(url)])
      await expect(connect()).rejects.toMatchObject({
        code: 'broker_unreachable',
        message: expect.stringContaining(`${address} cannot be reached: connection refused`) as string,
      });
  });

  test('and comes back empty finds its providers again, with their records', async () => {
    const provider = await Provider.connect(await connect(), { name: 'a', leaseMs });
    await provider.register('x', echo);
    const requestor = await Requestor.connect(await connect(), { leaseMs });
    await restart();
    await until(() => isAvailable(requestor));
    await until(async () => (await requestor.providers('x').catch(() => undefined))?.providers[0]?.sessions === 0);
    expect(await requestor.providers('x')).toMatchObject({ providers: [{ provider: 'a' }], foreign: 0 });
    await using session = await requestor.open('x');
    expect(await session.call({ n: 1 })).toEqual({ n: 1 });
    await provider.close();
  });

  test('ends an extended session, which says so', async () => {
    const provider = await Provider.connect(await connect(), { leaseMs });
    await provider.register('x', echo);
    const requestor = await Requestor.connect(await connect(), { leaseMs });
    const session = await requestor.open('x', { timeout: 0 });
    await session.call({ n: 1 });
    const popped = session.pop().catch((error: unknown) => error);
    await restart();
    expect(((await popped) as Error).message).toContain('cannot be reached');
    await expect(session.call({ n: 2 })).rejects.toThrow('cannot be reached');
    expect(requestor.waits.openCount).toBe(0);
    await until(() => provider.sessionCount === 0);
    await requestor.close();
    await provider.close();
  });

  test('does no harm to an acknowledged session, even when it comes back empty', async () => {
    const provider = await Provider.connect(await connect(), { leaseMs });
    await provider.register('x', async (session) => {
      for await (const input of session) await session.push({ answer: input['n'] });
    });
    const requestor = await Requestor.connect(await connect(), { leaseMs });
    const session = await requestor.open('x', { acknowledge: true, timeout: 0, claimTimeout: '60s' });
    for (let n = 1; n <= 2; n++) expect(await session.call({ n })).toEqual({ answer: n });
    const restarting = restart();
    const answers = [3, 4, 5].map((n) => session.call({ n }));
    await restarting;
    expect(await Promise.all(answers)).toEqual([{ answer: 3 }, { answer: 4 }, { answer: 5 }]);
    expect(await session.call({ n: 6 })).toEqual({ answer: 6 });
    await session.close();
    await until(() => provider.sessionCount === 0);
    await requestor.close();
    await provider.close();
  });

  test('and does not come back ends every session, and every wait, with an error that says so', async () => {
    const provider = await Provider.connect(await connect(2), { leaseMs });
    await provider.register('x', echo);
    const requestor = await Requestor.connect(await connect(2), { leaseMs });
    const sessions = [
      await requestor.open('x', { timeout: 0 }),
      await requestor.open('x', { timeout: 0, acknowledge: true, claimTimeout: 0 }),
    ];
    const popped = sessions.map((session) => session.pop().catch((error: unknown) => error));
    await redis.stop();
    for (const error of await Promise.all(popped)) expect((error as Error).message).toContain('cannot be reached');
    await until(() => provider.sessionCount === 0 && provider.lost.aborted);
    expect([requestor.waits.openCount, provider.waits.openCount]).toEqual([0, 0]);
    await expect(requestor.open('x')).rejects.toMatchObject({ code: 'broker_unreachable' });
    await requestor.close();
    await provider.close();
  });
});
