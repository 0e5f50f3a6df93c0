import { BenchProcess } from '../bench-process.js';
import { startBenchRedis } from '../bench-redis.js';
import type { BenchEntry, Contender } from '../entry.js';
import type { FxpMode } from '../fxp-mode.js';
import { loadContender } from '../load-contender.js';
import { packageVersion } from '../package-version.js';

const window = 64;
const prefetch = 16;
const oneByOne = 'FXP, one call at a time';
const stream = 'FXP stream, extended';

/** Calls that do not await each other, in one session. */
export const fxpWindow: BenchEntry = {
  name: 'fxp/window',
  question: `how much faster are calls with ${window} of them under way than one at a time?`,
  unit: 'calls',
  aims: [{ figure: 'rate', of: stream, against: oneByOne, ratio: 5 }],
  async prepare() {
    const redis = await startBenchRedis();
    const { url } = redis;
    return [
      { name: stream, role: 'ours', ...(await streaming(url, 'extended')), versions: redis.versions },
      { name: `${stream}, prefetch ${prefetch}`, role: 'ours', ...(await streaming(url, 'extended', prefetch)) },
      { name: 'FXP stream, acknowledged', role: 'ours', ...(await streaming(url, 'acknowledged')) },
      { name: 'FXP stream, plain', role: 'ours', ...(await streaming(url, 'plain')) },
      { name: oneByOne, role: 'ours', ...(await calling(url)) },
      { name: 'ioredis, as many pops under way', role: 'limit', ...(await bare(url, () => redis.stop())) },
    ];
  },
};

type Ready = Omit<Contender, 'name' | 'role'>;

async function streaming(url: string, mode: FxpMode, prefetch?: number): Promise<Ready> {
  // The providers must not be of one service, or they would share the sessions.
  const options = { url, mode, service: `${mode}-${prefetch ?? 'default'}`, prefetch, window };
  const servers = [await BenchProcess.start('fxp-provider', options)];
  return loadContender({ load: await BenchProcess.start('fxp-streamer', options), servers });
}

async function calling(url: string): Promise<Ready> {
  const options = { url, mode: 'extended', service: 'calls' } as const;
  const servers = [await BenchProcess.start('fxp-provider', options)];
  return loadContender({ load: await BenchProcess.start('fxp-requestor', options), servers });
}

async function bare(url: string, onClose: () => Promise<void>): Promise<Ready> {
  const servers = [await BenchProcess.start('ioredis-window-provider', { url, window })];
  const load = await BenchProcess.start('ioredis-window-requestor', { url, window });
  return loadContender({ load, servers, versions: { ioredis: packageVersion('ioredis') }, onClose });
}
