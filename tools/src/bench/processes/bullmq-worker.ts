import { requirePeer } from '../bench-peers.js';
import { hostProcess } from '../process-host.js';

interface BullMq {
  readonly Worker: new (
    queue: string,
    work: (job: { readonly data: unknown }) => Promise<unknown>,
    options: object,
  ) => { waitUntilReady(): Promise<unknown> };
}

/** Does every job by returning its data. */
hostProcess(async ({ url, concurrency }: { readonly url: string; readonly concurrency: number }) => {
  const { Worker } = requirePeer('bullmq') as BullMq;
  const worker = new Worker('echo', ({ data }) => Promise.resolve(data), {
    connection: { url, maxRetriesPerRequest: null },
    concurrency,
  });
  await worker.waitUntilReady();
  return undefined;
});
