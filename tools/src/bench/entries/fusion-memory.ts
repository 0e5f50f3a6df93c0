import { BenchProcess } from '../bench-process.js';
import { startBenchRedis } from '../bench-redis.js';
import { formatCount } from '../counted.js';
import { orSkipped, type BenchEntry, type Contender, type Sample } from '../entry.js';
import { peopleStores } from '../people-stores.js';
import type { ProcessUsage } from '../process-usage.js';
import type { IoredisPeopleOptions } from '../processes/ioredis-people.js';
import type { PeopleMemoryOptions } from '../processes/people-memory.js';

const count = 1_000_000;

/** What the resident memory of a process grows by when it is filled, so that all are measured by the same. */
export const fusionMemory: BenchEntry = {
  name: 'fusion/memory',
  question: `what does an object of two texts and a number take in memory, among ${formatCount(count)} that are found by name?`,
  unit: 'objects',
  barFigure: 'RSS bytes per object',
  async prepare() {
    const ownProcesses = peopleStores.filter(({ role }) => role !== 'peer');
    return [
      ...ownProcesses.map(({ name, role }): Contender => ({ name, role, run: () => fillStore(name) })),
      await orSkipped('Redis, a hash each', 'peer', async () => {
        const redis = await startBenchRedis();
        await redis.stop();
        return { versions: redis.versions, run: fillRedis };
      }),
    ];
  },
};

/** Each round fills a new process: memory that an earlier one has left to it would not be seen to grow. */
async function fillStore(store: string): Promise<Sample> {
  const process = await BenchProcess.start('people-memory', { store, count } satisfies PeopleMemoryOptions);
  const sample = await grown(process.usage, process);
  await process.stop();
  return sample;
}

async function fillRedis(): Promise<Sample> {
  const redis = await startBenchRedis();
  const filling = await BenchProcess.start('ioredis-people', { url: redis.url, count } satisfies IoredisPeopleOptions);
  const sample = await grown(redis.usage, filling);
  await filling.stop();
  await redis.stop();
  return sample;
}

async function grown(usage: ProcessUsage, filling: BenchProcess): Promise<Sample> {
  const bytesBefore = usage.rssBytes();
  const sample = await filling.measure(0);
  return { ...sample, figures: { 'RSS bytes per object': (usage.rssBytes() - bytesBefore) / count } };
}
