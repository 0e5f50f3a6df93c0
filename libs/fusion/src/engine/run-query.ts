import type { Clock } from '@syncytium/kit';
import { FusionError } from '../errors.js';
import type { Outcome } from '../executor/executor.js';
import { composeResponse } from '../executor/respond.js';
import type { Query } from '../fql/query.js';
import type { Result } from './crew.js';
import type { Job } from './job.js';

export const noTimes = { indexesMs: 0, nonIndexesMs: 0 };

/**
 * Carries out a query and makes its response.
 *
 * @param onUnexpected Told of a mistake of ours, for which the query is answered 5000.
 */
export function runQuery(
  query: Query,
  execute: (query: Query) => Outcome,
  clock: Clock,
  onUnexpected: (query: Pick<Query, 'name'>, error: unknown) => void,
): Result {
  const startedAt = clock.now();
  let outcome: Outcome;
  try {
    outcome = execute(query);
  } catch (error) {
    onUnexpected(query, error);
    outcome = { ok: false, error: new FusionError(5000, 'internal error'), times: noTimes };
  }
  return {
    hasFailed: !outcome.ok,
    isRefused: false,
    bytes: composeResponse(query.name, query.head, outcome),
    executorMs: clock.now() - startedAt,
    ...outcome.times,
    ...(outcome.ok && { found: outcome.found }),
  };
}

/** What is told of a query that, for no fault of its own, was not carried out, or perhaps was not. */
export function refuse({ facts }: Job, detail: string): Result {
  const error = new FusionError(5000, detail);
  return {
    hasFailed: true,
    isRefused: true,
    bytes: composeResponse(facts.name, facts.head, { ok: false, error }),
    executorMs: 0,
    ...noTimes,
  };
}
