import { BenchProcess } from '../bench-process.js';
import { startBenchRedis } from '../bench-redis.js';
import { counted } from '../counted.js';
import type { BenchEntry, Contender } from '../entry.js';
import { loadContender } from '../load-contender.js';
import { packageVersion } from '../package-version.js';

const sizes = [100, 1000, 10_000, 100_000, 1_000_000, 10_000_000];

/** Payloads of more and more bytes, from requestor to provider, which answers with their size; one at a time. */
export const fxpScale: BenchEntry = {
  name: 'fxp/scale-payload',
  question: 'how many megabytes a second go through a local redis-server, one payload at a time?',
  unit: 'MB',
  scale: { axis: 'bytes', figure: 'rate' },
  async prepare() {
    const redis = await startBenchRedis();
    const shared = { url: redis.url, mode: 'plain', service: 'plain' };
    const fxp = await BenchProcess.start('fxp-provider', shared);
    const ioredis = await BenchProcess.start('ioredis-payload-provider', shared);
    const contenders: Contender[] = [];
    for (const bytes of sizes) {
      const options = { ...shared, bytes };
      contenders.push(
        await transfer('FXP', 'ours', fxp, 'fxp-payload-requestor', options),
        await transfer('ioredis', 'limit', ioredis, 'ioredis-payload-requestor', options),
      );
    }
    const versions = { ...redis.versions, ioredis: packageVersion('ioredis') };
    return [...contenders.slice(0, -1), ...contenders.slice(-1).map((last) => ({ ...last, versions, close }))];

    /** Of the last one, with all that served them. */
    async function close(): Promise<void> {
      await contenders.at(-1)?.close?.();
      await Promise.all([fxp.stop(), ioredis.stop()]);
      await redis.stop();
    }
  },
};

async function transfer(
  series: string,
  role: Contender['role'],
  provider: BenchProcess,
  requestor: string,
  options: { readonly bytes: number },
): Promise<Contender> {
  const load = await BenchProcess.start(requestor, options);
  const cpuOf = { requestor: [load.usage], provider: [provider.usage] };
  const at = { series, x: options.bytes };
  return {
    name: `${series}, ${counted(options.bytes, 'byte')}`,
    role,
    at,
    ...loadContender({ load, servers: [], cpuOf }),
  };
}
