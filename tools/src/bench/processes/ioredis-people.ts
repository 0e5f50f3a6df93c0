import { Redis } from 'ioredis';
import { batchesOf } from '../people-stores.js';
import { hostProcess, type MeasureRound } from '../process-host.js';

export interface IoredisPeopleOptions {
  readonly url: string;
  readonly count: number;
}

/** Puts people into a Redis when it is measured, a hash each. */
function prepare({ url, count }: IoredisPeopleOptions): Promise<MeasureRound> {
  const client = new Redis(url);
  return Promise.resolve(async () => {
    const began = performance.now();
    for (const batch of batchesOf(count)) {
      const pipeline = client.pipeline();
      for (const { name, city, age } of batch) pipeline.hset(`person:${name}`, { name, city, age });
      await pipeline.exec();
    }
    return { operations: count, seconds: (performance.now() - began) / 1000 };
  });
}

hostProcess(prepare);
