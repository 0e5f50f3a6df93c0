import { InternalError, LimitError, type Clock } from '@syncytium/kit';
import { FusionError, MemoryLimitError } from '../errors.js';
import { bindQuery } from '../fql/bind-query.js';
import type { Plan } from '../fql/plan.js';
import type { Query } from '../fql/query.js';
import { takeAll, type Steps } from '../store/in-steps.js';
import type { Store } from '../store/store.js';
import { changeIndexes } from './change-indexes.js';
import { countObjects } from './count-objects.js';
import { deleteObjects } from './delete-objects.js';
import { describeClasses, describeIndexes } from './describe-classes.js';
import { expireObjects, nextExpiry } from './expire-objects.js';
import { explainSearch } from './explain-search.js';
import { findObjects } from './find-objects.js';
import { getObjects } from './get-objects.js';
import { listOids } from './list-oids.js';
import { ResponseBytes } from './response-bytes.js';
import type { SearchTimes } from './row-selector.js';
import { Search, type RowRange } from './search.js';
import { storeObjects } from './store-objects.js';
import { updateObjects } from './update-objects.js';

export interface ExecutorOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Longest response, in bytes. */
  readonly responseBytesMax?: number | undefined;
}

/** What came of a query: the contents of its response, or what was wrong with it. */
export type Outcome = { readonly times: SearchTimes } & (
  | {
      readonly ok: true;
      /** Good until the next query is carried out. */
      readonly body: Uint8Array;
      /** How objects were searched for, as JSON, where the query asks. */
      readonly explanation: string | undefined;
      /** How many objects its search found. */
      readonly found: number;
    }
  | { readonly ok: false; readonly error: FusionError }
);

/** Carries out queries about objects, one at a time. A query that fails changes nothing. */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #response: ResponseBytes;
  /** Of the write that is carried out in steps. */
  readonly #responseInSteps: ResponseBytes;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#response = new ResponseBytes(options.responseBytesMax);
    this.#responseInSteps = new ResponseBytes(options.responseBytesMax);
  }

  /** The time from which on new objects live. */
  get now(): number {
    return this.#options.clock.now();
  }

  /** In how many milliseconds some object's time is over: 0 or less where it is, `Infinity` where no object's ever is. */
  get expiresInMs(): number {
    const next = nextExpiry(this.#options.store);
    return next === Infinity ? Infinity : next - this.now;
  }

  /** Takes out objects whose time is over, at most so many: a write, so nothing may run beside it. */
  expire(objectsMax: number): void {
    expireObjects(this.#options.store, this.now, objectsMax);
  }

  /**
   * Carries out a query to its end.
   *
   * @param range The rows that a FIND or COUNT of a class is to look at, where others look at the rest.
   */
  execute(query: Query, range?: RowRange): Outcome {
    if (isInSteps(query)) return takeAll(this.#executeInSteps(query));
    const { store, clock } = this.#options;
    const { body, head } = query;
    const text = this.#response;
    text.clear();
    const search = new Search(store, clock, range);
    try {
      this.#run(text, bindQuery(body, store.catalogue), search, head.answerMode !== 'all');
      return toOutcome(query, text, search);
    } catch (error) {
      return { ok: false, error: toFusionError(error), times: search.times };
    }
  }

  /** Begins a write: gives its steps, between which others may read, but not write, or what came of one that takes none. */
  begin(query: Query): Outcome | Steps<Outcome> {
    return isInSteps(query) ? this.#executeInSteps(query) : this.execute(query);
  }

  *#executeInSteps(query: Query): Steps<Outcome> {
    const { store, clock } = this.#options;
    const text = this.#responseInSteps;
    text.clear();
    const search = new Search(store, clock);
    try {
      const plan = bindQuery(query.body, store.catalogue);
      if (plan.name === 'DELETE') yield* deleteObjects(text, store, plan, search);
      else if (plan.name === 'UPDATE') yield* updateObjects(text, store, plan, search, this.now);
      else if (plan.name === 'CREATE_INDEX' || plan.name === 'DROP_INDEX') yield* changeIndexes(text, store, plan);
      else throw new InternalError(`${plan.name} takes no steps`);
      return toOutcome(query, text, search);
    } catch (error) {
      return { ok: false, error: toFusionError(error), times: search.times };
    }
  }

  #run(text: ResponseBytes, plan: Plan, search: Search, isSilent: boolean): void {
    const { store } = this.#options;
    switch (plan.name) {
      case 'CREATE_CLASSES':
        text.add(`{${plan.definitions.map(({ name }) => `"${name}":{}`).join(',')}}`);
        store.createClasses(plan.definitions);
        break;
      case 'STORE':
        storeObjects(text, store, plan, this.now, isSilent);
        break;
      case 'GET':
        getObjects(text, store, plan);
        break;
      case 'FIND':
        findObjects(text, store, plan, search);
        break;
      case 'COUNT':
        countObjects(text, store, plan, search);
        break;
      case 'CLEAR':
        text.add(`{"_cnt":${store.clear()}}`);
        break;
      case 'OIDS':
        listOids(text, store, plan);
        break;
      case 'CLASSES':
        describeClasses(text, store);
        break;
      case 'INDEXES':
        describeIndexes(text, store);
        break;
      default:
        throw new InternalError(`${plan.name} is not about objects`);
    }
  }
}

/** Whether a query may take long, and others are to read meanwhile. */
function isInSteps({ name }: Query): boolean {
  return name === 'UPDATE' || name === 'DELETE' || name === 'CREATE_INDEX' || name === 'DROP_INDEX';
}

function toOutcome({ body }: Query, text: ResponseBytes, search: Search): Outcome {
  const isExplained = 'isExplained' in body && body.isExplained;
  return {
    ok: true,
    body: text.written(),
    explanation: isExplained && search.report ? explainSearch(search.report) : undefined,
    times: search.times,
    found: search.found,
  };
}

/** What is wrong with a query, in the protocol's terms; anything else is thrown on. */
export function toFusionError(error: unknown): FusionError {
  if (error instanceof FusionError) return error;
  if (error instanceof MemoryLimitError) return new FusionError(5001, error.message);
  // The store names what has no room.
  if (error instanceof LimitError) return new FusionError(1503, error.message);
  throw error;
}
