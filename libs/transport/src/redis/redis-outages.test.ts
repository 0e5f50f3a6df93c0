import { once } from 'node:events';
import { AbortedError } from '@syncytium/kit';
import { redisServerPath, settle, startRedisServer, type RedisServer } from '@syncytium/testkit';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RedisBroker } from './redis-broker.js';

const isInstalled = redisServerPath() !== undefined;
if (!isInstalled) console.log('the redis driver in outages: no redis-server on the PATH: skipped');

const unreachable = { code: 'broker_unreachable' };

describe.skipIf(!isInstalled)('a real redis-server', () => {
  let server: RedisServer;
  let control: Redis;
  let broker: RedisBroker;

  beforeEach(async () => {
    server = await startRedisServer();
    control = new Redis(server.url, { lazyConnect: true, retryStrategy: () => null });
    control.on('error', () => undefined);
    await control.connect();
    broker = await RedisBroker.connect({
      url: server.url,
      clientName: 'under-test',
      commandTimeoutMs: 1000,
      reconnect: { delayMsMin: 1, delayMsMax: 20, attemptsMax: 1000 },
    });
  });

  afterEach(async () => {
    await broker.close();
    control.disconnect();
    server.process.kill('SIGCONT');
    await server.stop();
  });

  /** Numbers of the broker's clients with these flags. */
  async function clients(flags: string): Promise<string[]> {
    const list = (await control.call('CLIENT', 'LIST')) as string;
    const lines = list.split('\n').filter((line) => line.includes(' name=under-test '));
    return lines.flatMap((line) => (line.includes(` flags=${flags} `) ? [/^id=(\d+)/.exec(line)?.[1] ?? ''] : []));
  }

  async function waiting(count: number): Promise<string[]> {
    for (;;) {
      const ids = await clients('b');
      if (ids.length === count) return ids;
    }
  }

  const kill = (ids: readonly string[]): Promise<unknown> =>
    Promise.all(ids.map((id) => control.call('CLIENT', 'KILL', 'ID', id)));

  test('that kills a waiting connection ends its pops and all it is asked later, and nothing else', async () => {
    const [killed, other] = [await broker.connect(), await broker.connect()];
    const answers = ['a', 'a', 'b'].map((key) => expect(killed.brpop(key)).rejects.toMatchObject(unreachable));
    const [id = ''] = await waiting(1);
    const behind = expect(killed.lpush('c', 'never pushed')).rejects.toMatchObject(unreachable);
    const popped = other.brpop('a');
    await waiting(2);
    await kill([id]);
    await Promise.all([...answers, behind]);
    await expect(killed.lpush('a', 'v')).rejects.toMatchObject(unreachable);
    await expect(killed.brpop('a', { signal: AbortSignal.timeout(60_000) })).rejects.toMatchObject(unreachable);
    await broker.lpush('a', 'for the other');
    expect(Buffer.from((await popped)!.value).toString()).toBe('for the other');
    expect(await broker.exists('c')).toBe(false);
    await killed.close();
    expect(broker.lost.aborted).toBe(false);
  });

  test('that kills every line of a broker has it back, its subscriptions too', async () => {
    const messages: string[] = [];
    await broker.subscribe('x', (message) => messages.push(Buffer.from(message).toString()));
    await kill([...(await clients('N')), ...(await clients('P'))]);
    await untilTrue(() => broker.set('k', 'v'));
    await untilTrue(async () => (await broker.subscriberCount('x')) === 1);
    await broker.publish('x', 'again');
    await untilTrue(() => Promise.resolve(messages.length > 0));
    expect(messages).toEqual(['again']);
  });

  test('that kills the shared line as a pop is aborted still has it end', async () => {
    const connection = await broker.connect();
    const abort = new AbortController();
    const aborted = expect(connection.brpop('l', { signal: abort.signal })).rejects.toBeInstanceOf(AbortedError);
    await waiting(1);
    await kill(await clients('N'));
    abort.abort();
    await aborted;
    await untilTrue(async () => (await broker.lpush('l', 'v')) === 1);
    expect(Buffer.from((await connection.brpop('l'))!.value).toString()).toBe('v');
  });

  test('that dies and begins anew is told as lost, used again, and empty', async () => {
    const connection = await broker.connect();
    const popped = expect(connection.brpop('l')).rejects.toMatchObject(unreachable);
    await broker.set('k', 'v');
    await broker.subscribe('x', () => undefined);
    await waiting(1);
    await server.stop();
    await popped;
    await expect(broker.get('k')).rejects.toMatchObject(unreachable);
    await expect(broker.connect()).rejects.toMatchObject(unreachable);
    const again = await startRedisServer({ args: ['--port', `${server.port}`] });
    await untilTrue(async () => !(await broker.exists('k')));
    await untilTrue(async () => (await broker.subscriberCount('x')) === 1);
    const other = await broker.connect();
    expect(await other.lpush('l', 'v')).toBe(1);
    await again.stop();
  });

  test('that stays away is given up after so many attempts, and everything says so', async () => {
    const impatient = await RedisBroker.connect({ url: server.url, reconnect: { attemptsMax: 2, delayMsMin: 1 } });
    const connection = await impatient.connect();
    await impatient.subscribe('x', () => undefined);
    const popped = expect(connection.brpop('l')).rejects.toMatchObject(unreachable);
    const lost = once(impatient.lost, 'abort');
    await server.stop();
    await Promise.all([popped, lost]);
    const refused = [impatient.get('k'), impatient.connect(), impatient.subscribe('y', () => undefined)];
    await Promise.all(refused.map((refused) => expect(refused).rejects.toMatchObject(unreachable)));
    await impatient.close();
  });

  test('that is paused answers nothing in time, and is used again when it goes on', async () => {
    const connection = await broker.connect();
    const abort = new AbortController();
    const popped = expect(connection.brpop('l', { signal: abort.signal })).rejects.toMatchObject(unreachable);
    await waiting(1);
    server.process.kill('SIGSTOP');
    abort.abort();
    await expect(broker.get('k')).rejects.toMatchObject({
      ...unreachable,
      message: `Redis at 127.0.0.1:${server.port} cannot be reached: no answer in time`,
    });
    await popped;
    await expect(connection.lpush('l', 'v')).rejects.toMatchObject(unreachable);
    server.process.kill('SIGCONT');
    await untilTrue(() => broker.set('k', 'v'));
    const other = await broker.connect();
    expect(await other.lpush('l', 'w')).toBe(1);
    expect(broker.lost.aborted).toBe(false);
  });

  test('that is paused holds up neither a close nor a broker', async () => {
    const connection = await broker.connect();
    const popped = expect(connection.brpop('l')).rejects.toMatchObject({ code: 'closed' });
    await waiting(1);
    server.process.kill('SIGSTOP');
    await broker.close();
    await popped;
  });
});

async function untilTrue(check: () => Promise<boolean>): Promise<void> {
  // A refusal may come without the event loop's doing.
  while (!(await check().catch(() => false))) await settle();
}
