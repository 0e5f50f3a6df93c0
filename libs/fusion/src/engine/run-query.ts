import type { Clock } from '@syncytium/kit';
import { FusionError } from '../errors.js';
import type { Outcome } from '../executor/executor.js';
import { composeResponse } from '../executor/respond.js';
import type { Query } from '../fql/query.js';
import type { Steps } from '../store/in-steps.js';
import type { Result } from './crew.js';
import type { Job } from './job.js';

export const noTimes = { indexesMs: 0, nonIndexesMs: 0 };

/** Told of a mistake of ours, for which a query is answered 5000. */
export type OnUnexpected = (query: Pick<Query, 'name'>, error: unknown) => void;

/** Steps of a write before others have their turn: some three milliseconds of work. */
const stepsAtOnce = 160;

/** Carries out a query and makes its response. */
export function runQuery(
  query: Query,
  execute: (query: Query) => Outcome,
  clock: Clock,
  onUnexpected: OnUnexpected,
): Result {
  const startedAt = clock.now();
  const outcome = attempt(query, () => execute(query), onUnexpected);
  return toResult(query, outcome, clock.now() - startedAt);
}

/** A write on its way: carried out a part at a time, between which others may read, but not write. */
export class WriteRun {
  #spentMs = 0;
  readonly #query: Query;
  readonly #begin: (query: Query) => Outcome | Steps<Outcome>;
  readonly #clock: Clock;
  readonly #onUnexpected: OnUnexpected;
  #steps: Steps<Outcome> | undefined;

  /** @param begin Gives what came of the query, or the steps it takes. */
  constructor(
    query: Query,
    begin: (query: Query) => Outcome | Steps<Outcome>,
    clock: Clock,
    onUnexpected: OnUnexpected,
  ) {
    this.#query = query;
    this.#begin = begin;
    this.#clock = clock;
    this.#onUnexpected = onUnexpected;
  }

  /** How many milliseconds it took since this was asked last. */
  takeMs(): number {
    const spentMs = this.#spentMs;
    this.#spentMs = 0;
    return spentMs;
  }

  /** Carries out the next part: what came of the query; `undefined` when there is more to do. */
  goOn(stepsMax = stepsAtOnce): Result | undefined {
    const startedAt = this.#clock.now();
    const outcome = attempt(this.#query, () => this.#takeSteps(stepsMax), this.#onUnexpected);
    this.#spentMs += this.#clock.now() - startedAt;
    return outcome && toResult(this.#query, outcome, this.#spentMs);
  }

  #takeSteps(stepsMax: number): Outcome | undefined {
    if (!this.#steps) {
      const begun = this.#begin(this.#query);
      if ('ok' in begun) return begun;
      this.#steps = begun;
    }
    for (let i = 0; i < stepsMax; i++) {
      const { done, value } = this.#steps.next();
      if (done === true) return value;
    }
    return undefined;
  }
}

function attempt<T>(query: Query, work: () => T, onUnexpected: OnUnexpected): T | Outcome {
  try {
    return work();
  } catch (error) {
    onUnexpected(query, error);
    return { ok: false, error: new FusionError(5000, 'internal error'), times: noTimes };
  }
}

function toResult(query: Query, outcome: Outcome, executorMs: number): Result {
  return {
    hasFailed: !outcome.ok,
    isRefused: false,
    bytes: composeResponse(query.name, query.head, outcome),
    executorMs,
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
