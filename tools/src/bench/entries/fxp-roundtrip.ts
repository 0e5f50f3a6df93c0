import { BenchProcess } from '../bench-process.js';
import { startBenchRedis } from '../bench-redis.js';
import type { BenchEntry, Contender } from '../entry.js';
import { loadContender } from '../load-contender.js';
import { packageVersion } from '../package-version.js';

const item = '100 bytes of JSON';
const pipelined = 'ioredis, pipelined';

/** Push, pop, push, pop: a call and its answer, beside the same four commands without FXP, in as many processes. */
export const fxpRoundtrip: BenchEntry = {
  name: 'fxp/roundtrip',
  question: `how long does a call with ${item} take over a local redis-server, one call at a time?`,
  unit: 'calls',
  aims: [
    { figure: 'p50', of: 'FXP', against: pipelined, ratio: 1.15 },
    { figure: 'p50', of: 'FXP', usMax: 1000 },
  ],
  async prepare() {
    const redis = await startBenchRedis();
    const { url, versions } = redis;
    return [
      { name: 'FXP', role: 'ours', ...(await fxp(url)), versions },
      { name: pipelined, role: 'limit', ...(await bareIoredis(url, 'pipelined')) },
      {
        name: 'ioredis, one by one as in Julia',
        role: 'peer',
        ...(await bareIoredis(url, 'one-by-one', () => redis.stop())),
      },
    ];
  },
};

async function fxp(url: string): Promise<Omit<Contender, 'name' | 'role'>> {
  const servers = [await BenchProcess.start('fxp-provider', { url })];
  return loadContender({ load: await BenchProcess.start('fxp-requestor', { url }), servers });
}

async function bareIoredis(
  url: string,
  travel: 'pipelined' | 'one-by-one',
  onClose = () => Promise.resolve(),
): Promise<Omit<Contender, 'name' | 'role'>> {
  const options = { url, id: travel, travel };
  return loadContender({
    servers: [await BenchProcess.start('ioredis-provider', options)],
    load: await BenchProcess.start('ioredis-requestor', options),
    versions: { ioredis: packageVersion('ioredis') },
    onClose,
  });
}
