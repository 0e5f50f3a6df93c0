import { Redis } from 'ioredis';
import { measureCalls } from '../measure-calls.js';
import { hostProcess } from '../process-host.js';

interface IoredisRequestorOptions {
  readonly url: string;
  readonly id: string;
  /** `pipelined`: the pop of the answer does not await the push. `one-by-one`: it does, as in the original. */
  readonly travel: 'pipelined' | 'one-by-one';
}

/** What a requestor does, through ioredis alone: pushes 100-byte JSON objects and pops the answers. */
hostProcess(async ({ url, id, travel }: IoredisRequestorOptions) => {
  const redis = new Redis(url, { lazyConnect: true });
  await redis.connect();
  const outbox = `${id}__req2pro`;
  const inbox = `${id}__pro2req`;
  const exchange = async (item: string): Promise<string> => {
    const pushed = redis.lpush(outbox, item);
    // The client library's own pipelines make one packet of the two commands, with which the round trip takes longer.
    if (travel === 'one-by-one') await pushed;
    const [popped] = await Promise.all([redis.brpop(inbox, 10), pushed]);
    return popped?.[1] ?? '';
  };
  return measureCalls({}, async (item) => JSON.parse(await exchange(JSON.stringify(item))) as unknown);
});
