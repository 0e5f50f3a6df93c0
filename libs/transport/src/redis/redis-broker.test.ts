import { testRedis } from '@syncytium/testkit';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { brokerConformance, type BrokerUnderTest } from '../broker.conformance.js';
import { MemoryBroker } from '../memory/memory-broker.js';
import { RespServer } from '../resp/resp-server.js';
import { RedisBroker } from './redis-broker.js';

const redis = await testRedis('the redis driver');
afterAll(() => redis?.stop());

/** A broker over a URL; time is the server's own, seen through its own commands. */
async function underTest(url: string, closeServer: () => Promise<void>): Promise<BrokerUnderTest> {
  const broker = await RedisBroker.connect(url);
  const control = new Redis(url, { lazyConnect: true });
  await control.connect();
  const blocked = async (): Promise<number> =>
    Number(/blocked_clients:(\d+)/.exec(await control.info('clients'))?.[1] ?? NaN);
  const others = await blocked();
  return {
    broker,
    async elapse(ms) {
      await control.brpop(`conformance:${process.pid}:nothing`, ms / 1000);
    },
    async waiting(count) {
      while ((await blocked()) < others + count);
    },
    async close() {
      await broker.close();
      control.disconnect();
      await closeServer();
    },
  };
}

brokerConformance('the RESP server through the redis driver', async () => {
  const memory = new MemoryBroker();
  const server = new RespServer({ broker: memory, listen: { port: 0 } });
  await server.start();
  return underTest(server.url, async () => {
    await server.stop();
    await memory.close();
  });
});

if (redis)
  brokerConformance('a real Redis through the redis driver', () => underTest(redis.url, () => Promise.resolve()));
