import { BenchProcess } from '../bench-process.js';
import { startBenchRedis } from '../bench-redis.js';
import type { BenchEntry, Contender } from '../entry.js';
import { fxpModes, modeName } from '../fxp-mode.js';
import { loadContender } from '../load-contender.js';
import { packageVersion } from '../package-version.js';

const bytes = 100_000_000;
const bare = 'ioredis';

/** Payloads of a hundred megabytes from requestor to provider, which answers with their size. */
export const fxpPayload: BenchEntry = {
  name: 'fxp/payload',
  question: `how fast do payloads of ${bytes / 1e6} MB go through a local redis-server, and in how much memory?`,
  unit: 'MB',
  aims: fxpModes.map((mode) => ({ figure: 'rate', of: modeName(mode), against: bare, ratio: 0.9 })),
  async prepare() {
    const redis = await startBenchRedis();
    const options = { url: redis.url, bytes };
    const ours: Contender[] = [];
    for (const mode of fxpModes) {
      const ready = await transfer('fxp-provider', 'fxp-payload-requestor', {
        ...options,
        mode,
        service: mode,
      });
      ours.push({ name: modeName(mode), role: 'ours', ...ready, versions: redis.versions });
    }
    return [
      ...ours,
      {
        name: bare,
        role: 'limit',
        ...(await transfer('ioredis-payload-provider', 'ioredis-payload-requestor', options, () => redis.stop())),
        versions: { ioredis: packageVersion('ioredis') },
      },
    ];
  },
};

async function transfer(
  provider: string,
  requestor: string,
  options: object,
  onClose = () => Promise.resolve(),
): Promise<Omit<Contender, 'name' | 'role'>> {
  const server = await BenchProcess.start(provider, options);
  const load = await BenchProcess.start(requestor, options);
  return loadContender({
    load,
    servers: [server],
    onBegin: () => [load, server].forEach(({ usage }) => usage.forgetPeak()),
    figures: () => ({
      'requestor peak MB': load.usage.peakRssBytes() / 1e6,
      'provider peak MB': server.usage.peakRssBytes() / 1e6,
    }),
    onClose,
  });
}
