import { requirePeer } from '../bench-peers.js';
import { hostProcess } from '../process-host.js';

interface BullMq {
  readonly Worker: new (
    queue: string,
    work: (job: { readonly data: unknown }) => Promise<unknown>,
    options: object,
  ) => { waitUntilReady(): Promise<unknown> };
}

interface Options {
  readonly url: string;
  readonly concurrency: number;
  readonly cells?: number;
}

/** Workers that do every job by returning its data. */
hostProcess(async ({ url, concurrency, cells = 1 }: Options) => {
  const { Worker } = requirePeer('bullmq') as BullMq;
  for (let i = 0; i < cells; i++) {
    const worker = new Worker('echo', ({ data }) => Promise.resolve(data), {
      connection: { url, maxRetriesPerRequest: null },
      concurrency,
    });
    await worker.waitUntilReady();
  }
  return undefined;
});
