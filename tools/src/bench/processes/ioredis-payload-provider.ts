import { Redis } from 'ioredis';
import { hostProcess } from '../process-host.js';
import type { PayloadOptions } from '../send-payloads.js';

/** Answers every payload with how many bytes it had, through ioredis alone. */
hostProcess(async ({ url }: PayloadOptions) => {
  const redis = new Redis(url, { lazyConnect: true });
  await redis.connect();
  const serve = async (): Promise<never> => {
    for (;;) {
      const popped = await redis.brpopBuffer('payload__req2pro', 0);
      await redis.lpush('payload__pro2req', `${popped?.[1].length ?? 0}`);
    }
  };
  void serve();
  return undefined;
});
