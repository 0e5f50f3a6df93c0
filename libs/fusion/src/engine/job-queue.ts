import type { WaitTable } from '@syncytium/kit';
import type { Scheduler } from '../scheduler/scheduler.js';
import { TurnWait, type Job } from './job.js';

const bytesMaxUsual = 2 ** 31;

/** Lets queries wait for their turn, each for all to see, within limits. */
export class JobQueue {
  readonly #scheduler: Scheduler<Job>;
  readonly #waits: WaitTable;
  readonly #bytesMax: number;
  #bytes = 0;

  /** @param bytesMax Most bytes of queries that wait: 2 GiB unless told. One that is alone is always taken. */
  constructor(scheduler: Scheduler<Job>, waits: WaitTable, bytesMax = bytesMaxUsual) {
    this.#scheduler = scheduler;
    this.#waits = waits;
    this.#bytesMax = bytesMax;
  }

  /** Why there is no room for a query; `undefined` where it is taken. */
  enter(job: Job): string | undefined {
    const { size } = job.facts;
    const isQueued = !this.#scheduler.isIdle;
    if (isQueued && this.#bytes + size > this.#bytesMax) return `at most ${this.#bytesMax} bytes of queries may wait`;
    if (this.#waits.openCount >= this.#waits.max || !this.#scheduler.submit(job))
      return `the queue is full: ${this.#scheduler.queuedCount} waiting`;
    this.#bytes += size;
    if (isQueued) {
      job.isQueued = true;
      job.wait = this.#waits.open(new TurnWait(job, (waiting, max) => this.#scheduler.ahead(waiting, max)));
    }
    return undefined;
  }

  /** It is a query's turn, or the queue is given up. */
  leave(job: Job, outcome: 'done' | 'failed'): void {
    this.#bytes -= job.facts.size;
    job.wait?.close(outcome);
  }
}
