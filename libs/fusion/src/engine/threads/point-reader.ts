import type { Clock, Prng } from '@syncytium/kit';
import { Executor } from '../../executor/executor.js';
import { linksToNoLists, PointReads, type PointAnswer } from '../../executor/point-reads.js';
import { pointObjectsMax } from '../../fql/point-query.js';
import type { Query } from '../../fql/query.js';
import { Store, type StoreLayout } from '../../store/store.js';
import type { Result } from '../crew.js';
import { runQuery } from '../run-query.js';

export interface PointReaderOptions {
  readonly clock: Clock;
  readonly prng: Prng;
  readonly responseBytesMax: number | undefined;
  /** Told of mistakes of ours. */
  readonly onUnexpected: (query: Pick<Query, 'name'>, error: unknown) => void;
}

/**
 * Reads a few objects on the thread that serves, which takes it less time than to hand the query over. Only while no
 * thread writes.
 */
export class PointReader {
  readonly #options: PointReaderOptions;
  readonly #store: Store;
  readonly #executor: Executor;
  /** Whether the objects of a class are small, by its name. */
  readonly #small = new Map<string, boolean>();
  readonly #pointReads: PointReads;
  readonly #execute = (query: Query) => this.#executor.execute(query);

  constructor(layout: StoreLayout, options: PointReaderOptions) {
    const { clock, prng, responseBytesMax } = options;
    this.#options = options;
    this.#store = Store.attach(layout, prng);
    this.#executor = new Executor({ store: this.#store, clock, responseBytesMax });
    this.#pointReads = new PointReads(this.#store, responseBytesMax);
  }

  /** The objects as they are now. */
  get store(): Store {
    this.#store.refresh();
    return this.#store;
  }

  /** Carries out a point read from its bytes; `undefined` for any other query, or one not in its shortest form. */
  read(bytes: Uint8Array): PointAnswer | undefined {
    this.#store.refresh();
    return this.#pointReads.answer(bytes);
  }

  /** Whether a query is for few objects that link to no lists of others, so that it cannot hold up the thread. */
  takes({ body }: Query): boolean {
    return body.name === 'GET' && body.oids.length <= pointObjectsMax && this.#isSmall(body.className);
  }

  run(query: Query): Result {
    this.#store.refresh();
    return runQuery(query, this.#execute, this.#options.clock, this.#options.onUnexpected);
  }

  #isSmall(className: string): boolean {
    let isSmall = this.#small.get(className);
    if (isSmall !== undefined) return isSmall;
    const definition = this.#store.catalogue.find(className);
    // A class that does not exist is an error, and told at once.
    if (!definition) return true;
    isSmall = linksToNoLists(definition);
    this.#small.set(className, isSmall);
    return isSmall;
  }
}
