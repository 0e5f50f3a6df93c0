import { startRedisServer } from '@syncytium/testkit';
import { MemoryBroker } from '../memory/memory-broker.js';
import { RespServer } from '../resp/resp-server.js';
import { RawClient } from './raw-client.js';

/** A server, and a way to know what goes on in it. */
export interface Twin {
  readonly port: number;
  readonly control: RawClient;
}

/** A real redis-server and a RESP server of ours, for tests that want the same of both. */
export interface TwinServers {
  readonly real: Twin;
  readonly own: Twin;
  stop(): Promise<void>;
}

export async function startTwinServers(): Promise<TwinServers> {
  const redis = await startRedisServer({ args: ['--databases', '1', '--enable-debug-command', 'no'] });
  const broker = new MemoryBroker();
  const server = new RespServer({ broker, listen: { port: 0 } });
  await server.start();
  const twin = async (port: number): Promise<Twin> => {
    // The first numbers are nobody's, so that random commands may name them.
    for (let i = 0; i < 5; i++) (await RawClient.connect(port)).close();
    return { port, control: await RawClient.connect(port) };
  };
  const [real, own] = await Promise.all([twin(redis.port), twin(server.address.port)]);
  return {
    real,
    own,
    async stop() {
      for (const { control } of [real, own]) control.close();
      await server.stop();
      await broker.close();
      await redis.stop();
    },
  };
}
