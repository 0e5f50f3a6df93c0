import { testRedis } from '@syncytium/testkit';
import { MemoryBroker } from '@syncytium/transport/memory';
import { RedisBroker } from '@syncytium/transport/redis';
import { RespServer } from '@syncytium/transport/resp';
import { afterAll } from 'vitest';
import { extendedConformance } from './extended.conformance.js';
import { fxpConformance, type FxpUnderTest } from './fxp.conformance.js';
import { membershipConformance } from './membership.conformance.js';

const redis = await testRedis('FXP');
afterAll(() => redis?.stop());

conformance('a broker in the process', () => {
  const broker = new MemoryBroker();
  return Promise.resolve({ target: broker, broker, close: () => broker.close() });
});

conformance('the RESP server', async () => {
  const memory = new MemoryBroker();
  const server = new RespServer({ broker: memory, listen: { port: 0 } });
  await server.start();
  const broker = await RedisBroker.connect(server.url);
  return {
    target: server.url,
    broker,
    async close() {
      await broker.close();
      await server.stop();
      await memory.close();
    },
  };
});

if (redis)
  conformance('a real Redis', async () => {
    const broker = await RedisBroker.connect(redis.url);
    return { target: redis.url, broker, close: () => broker.close() };
  });

function conformance(name: string, openBroker: () => Promise<FxpUnderTest>): void {
  fxpConformance(name, openBroker);
  extendedConformance(name, openBroker);
  membershipConformance(name, openBroker);
}
