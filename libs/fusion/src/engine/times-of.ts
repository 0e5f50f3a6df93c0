import type { QueryTimes } from '../executor/respond.js';
import type { Result } from './crew.js';
import type { Job } from './job.js';

/** What a query that is answered now took of its time. */
export function timesOf({ facts, startedAt, isQueued }: Job, result: Result, now: number): QueryTimes {
  const { receivedAt, parsedAt } = facts;
  const { executorMs, indexesMs, nonIndexesMs, threads = 1 } = result;
  return {
    isQueued,
    parseMs: parsedAt - receivedAt,
    queueMs: startedAt - parsedAt,
    executorMs,
    indexesMs,
    nonIndexesMs,
    totalMs: now - receivedAt,
    threads,
  };
}
