import { requirePeer } from '../bench-peers.js';
import { measureCalls, type CallsOptions } from '../measure-calls.js';
import { hostProcess } from '../process-host.js';

interface BullMq {
  readonly Queue: new (
    name: string,
    options: object,
  ) => { add(name: string, data: object, options: object): Promise<Job>; setMaxListeners(count: number): void };
  readonly QueueEvents: new (name: string, options: object) => { waitUntilReady(): Promise<unknown> };
}

interface Job {
  waitUntilFinished(events: unknown): Promise<unknown>;
}

/** A job must outlive the question whether it is done, and not all of them the round. */
const removeOnComplete = { count: 10_000 };

/** Adds jobs and waits for their results. */
hostProcess(async ({ url, ...calls }: CallsOptions & { readonly url: string }) => {
  const { Queue, QueueEvents } = requirePeer('bullmq') as BullMq;
  const connection = { url, maxRetriesPerRequest: null };
  const queue = new Queue('echo', { connection });
  // Every job that is waited for listens, and Node warns of more than ten.
  queue.setMaxListeners(0);
  const events = new QueueEvents('echo', { connection });
  await events.waitUntilReady();
  return measureCalls(calls, async (item) => {
    const job = await queue.add('echo', item, { removeOnComplete });
    return job.waitUntilFinished(events);
  });
});
