import { BenchProcess } from '../bench-process.js';
import { startBenchRedis } from '../bench-redis.js';
import type { BenchEntry, Contender } from '../entry.js';
import { fxpModes, modeName, type FxpMode } from '../fxp-mode.js';
import { loadContender } from '../load-contender.js';
import { packageVersion } from '../package-version.js';
import { warmUpSeconds } from '../warm-up.js';

const item = '100 bytes of JSON';
const pipelined = 'ioredis, pipelined';

/** Push, pop, push, pop: a call and its answer, beside the same four commands without FXP, in as many processes. */
export const fxpRoundtrip: BenchEntry = {
  name: 'fxp/roundtrip',
  question: `how long does a call with ${item} take over a local redis-server, one call at a time?`,
  unit: 'calls',
  warmUpSeconds,
  aims: [
    ...fxpModes.map((mode) => ({ figure: 'p50', of: modeName(mode), against: pipelined, ratio: 1.15 }) as const),
    ...fxpModes.map((mode) => ({ figure: 'p50', of: modeName(mode), usMax: 1000 }) as const),
  ],
  async prepare() {
    const redis = await startBenchRedis();
    const { url, versions } = redis;
    const ours = await Promise.all(
      fxpModes.map(async (mode): Promise<Contender> => ({
        name: modeName(mode),
        role: 'ours',
        ...(await fxp(url, mode)),
        versions,
      })),
    );
    return [
      ...ours,
      { name: pipelined, role: 'limit', ...(await bareIoredis(url, 'pipelined')) },
      {
        name: 'ioredis, one by one as in Julia',
        role: 'peer',
        ...(await bareIoredis(url, 'one-by-one', () => redis.stop())),
      },
    ];
  },
};

async function fxp(url: string, mode: FxpMode): Promise<Omit<Contender, 'name' | 'role'>> {
  // A provider of another mode would be one of the same service, and have its say in how sessions are carried.
  const options = { url, mode, service: `echo-${mode}` };
  const servers = [await BenchProcess.start('fxp-provider', options)];
  return loadContender({ load: await BenchProcess.start('fxp-requestor', options), servers });
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
