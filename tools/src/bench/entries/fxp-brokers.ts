import { join } from 'node:path';
import { BenchProcess } from '../bench-process.js';
import { startBenchRedis } from '../bench-redis.js';
import { startServer } from '../child-server.js';
import { orSkipped, type BenchEntry, type Contender } from '../entry.js';
import { loadContender } from '../load-contender.js';
import { warmUpSeconds } from '../warm-up.js';

const fxpProgram = join(import.meta.dirname, '../../../../apps/fxp/bin/fxp.js');
const redisServer = 'redis-server';
const ownServer = 'fxp, our RESP server';
const inProcess = 'broker in the process';

/** The same calls over the three brokers there are. */
export const fxpBrokers: BenchEntry = {
  name: 'fxp/brokers',
  question: 'how long does a call with 100 bytes of JSON take over each broker, one call at a time?',
  unit: 'calls',
  warmUpSeconds,
  aims: [
    { figure: 'p50', of: ownServer, against: redisServer, ratio: 1 },
    { figure: 'p50', of: inProcess, usMax: 20 },
  ],
  prepare: async () => [
    { name: ownServer, role: 'ours', ...(await overOwnServer()) },
    { name: inProcess, role: 'ours', ...(await inOneProcess()) },
    await orSkipped(redisServer, 'peer', overRedis),
  ],
};

type Ready = Omit<Contender, 'name' | 'role'>;

async function overRedis(): Promise<Ready> {
  const redis = await startBenchRedis();
  return { ...(await over(redis.url, () => redis.stop())), versions: redis.versions };
}

async function overOwnServer(): Promise<Ready> {
  const server = await startServer(fxpProgram, [
    '--listen',
    '127.0.0.1:0',
    '--http',
    '127.0.0.1:0',
    '--log-level',
    'error',
  ]);
  return over(server.addresses[0] ?? '', () => server.stop());
}

async function over(url: string, onClose: () => Promise<void>): Promise<Ready> {
  const options = { url, mode: 'extended', service: 'echo' } as const;
  const servers = [await BenchProcess.start('fxp-provider', options)];
  return loadContender({ load: await BenchProcess.start('fxp-requestor', options), servers, onClose });
}

async function inOneProcess(): Promise<Ready> {
  return loadContender({ load: await BenchProcess.start('fxp-in-process', {}), servers: [] });
}
