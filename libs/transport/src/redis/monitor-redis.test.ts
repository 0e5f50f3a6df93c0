import { testRedis } from '@syncytium/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { MemoryBroker } from '../memory/memory-broker.js';
import { RespServer } from '../resp/resp-server.js';
import { eventually } from '../testing/eventually.js';
import { monitorRedis, type MonitoredCommand } from './monitor-redis.js';
import { RedisBroker } from './redis-broker.js';

const redis = await testRedis('what a Redis executes');
afterAll(() => redis?.stop());

const memory = new MemoryBroker();
const server = new RespServer({ broker: memory, listen: { port: 0 } });
await server.start();
afterAll(async () => {
  await server.stop();
  await memory.close();
});

const servers: [name: string, url: string][] = [['our RESP server', server.url]];
if (redis) servers.push([redis.description, redis.url]);

describe.each(servers)('a monitor of %s', (_name, url) => {
  test('sees commands with every byte of their arguments', async () => {
    const seen: MonitoredCommand[] = [];
    const monitor = await monitorRedis(url, (command) => seen.push(command));
    const broker = await RedisBroker.connect(url);
    const key = `monitored_${process.pid}`;
    const everyByte = Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256));
    const awkward = ['\\', '"', '" "', '\\"', '\\x41', '\\n', '', 'ä', '\\\\" "\\'];
    await broker.lpush(key, everyByte, ...awkward);
    await broker.del(key);
    const own = (): MonitoredCommand[] => seen.filter(({ words }) => words[1]?.toString() === key);
    await eventually(() => expect(own()).toHaveLength(2));
    const [push, del] = own();
    expect(push?.words.map((word) => Buffer.from(word).toString('latin1'))).toEqual([
      expect.stringMatching(/^lpush$/i),
      key,
      everyByte.toString('latin1'),
      ...awkward.map((text) => Buffer.from(text).toString('latin1')),
    ]);
    expect(push?.at).toBeLessThanOrEqual(del?.at ?? 0);
    expect(Math.abs((push?.at ?? 0) - Date.now())).toBeLessThan(3_600_000);
    monitor.close();
    await broker.lpush(key, 'unseen');
    await broker.del(key);
    expect(own()).toHaveLength(2);
    expect(monitor.lost.aborted).toBe(false);
    await broker.close();
  });
});

test('a monitor says that its Redis is gone, or was never there', async () => {
  const broker = new MemoryBroker();
  const own = new RespServer({ broker, listen: { port: 0 } });
  await own.start();
  const monitor = await monitorRedis(own.url, () => undefined);
  const { url } = own;
  await own.stop();
  await eventually(() => expect(monitor.lost.aborted).toBe(true));
  expect(monitor.lost.reason).toMatchObject({ code: 'broker_unreachable' });
  monitor.close();
  await expect(monitorRedis(url, () => undefined)).rejects.toMatchObject({ code: 'broker_unreachable' });
  await broker.close();
});
