import { Redis } from 'ioredis';
import { hostProcess } from '../process-host.js';

interface IoredisProviderOptions {
  readonly url: string;
  readonly id: string;
  /**
   * `pipelined`: the next pop does not await the push of the answer. `one-by-one`: every command awaits the one before,
   * as in the original.
   */
  readonly travel: 'pipelined' | 'one-by-one';
}

/** Answers every JSON object with itself, through ioredis alone. */
hostProcess(async ({ url, id, travel }: IoredisProviderOptions) => {
  const redis = new Redis(url, { lazyConnect: true });
  await redis.connect();
  const inbox = `${id}__req2pro`;
  const outbox = `${id}__pro2req`;
  const answer = (item: string): string => JSON.stringify(JSON.parse(item));
  const pop = async (): Promise<string> => (await redis.brpop(inbox, 0))?.[1] ?? '';
  const serve = async (): Promise<never> => {
    if (travel === 'one-by-one') for (;;) await redis.lpush(outbox, answer(await pop()));
    for (let item = await pop(); ;) {
      const pushed = redis.lpush(outbox, answer(item));
      [item] = await Promise.all([pop(), pushed]);
    }
  };
  void serve();
  return undefined;
});
