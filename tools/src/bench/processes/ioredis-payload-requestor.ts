import { Redis } from 'ioredis';
import { hostProcess } from '../process-host.js';
import { sendPayloads, type PayloadOptions } from '../send-payloads.js';

/** Pushes big payloads through ioredis alone. */
hostProcess(async ({ url, bytes }: PayloadOptions) => {
  const redis = new Redis(url, { lazyConnect: true });
  await redis.connect();
  return (seconds) =>
    sendPayloads(bytes, seconds, async (payload) => {
      const pushed = redis.lpush('payload__req2pro', payload);
      const [popped] = await Promise.all([redis.brpop('payload__pro2req', 60), pushed]);
      return Number(popped?.[1]);
    });
});
