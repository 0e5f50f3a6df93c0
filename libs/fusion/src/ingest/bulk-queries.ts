import { assert, type Clock } from '@syncytium/kit';
import { FusionError } from '../errors.js';
import type { AccessType, InterfaceName, QueryName } from '../fql/query-names.js';
import { plainHead, type Query, type QueryHead } from '../fql/query.js';
import { BulkQuery, type BulkOutcome, type BulkQueryOptions } from './bulk-query.js';

/** What a long query is, once all of it has been read. */
export interface ReadQuery {
  /** `undefined` for a text that names no query. */
  readonly name: QueryName | undefined;
  readonly access: AccessType;
  readonly head: QueryHead;
  /** What is wrong with it, so that it is not to be carried out. */
  readonly error: FusionError | undefined;
}

export interface BulkQueriesOptions extends Omit<BulkQueryOptions, 'from'> {
  readonly clock: Clock;
  /** Told of mistakes of ours. */
  readonly onUnexpected: (query: Pick<Query, 'name'>, error: unknown) => void;
}

interface Entry {
  readonly query: BulkQuery;
  /** What is being done with it, after it was read. */
  work?: Generator<undefined, BulkOutcome | undefined>;
}

/** How long to work on a query before others have their turn, in milliseconds. */
const stepMsMax = 2;

const internalError = new FusionError(5000, 'internal error');

/** The long queries that one thread reads and carries out, each known by a number, a little of each at a time. */
export class BulkQueries {
  readonly #options: BulkQueriesOptions;
  readonly #entries = new Map<number, Entry>();

  constructor(options: BulkQueriesOptions) {
    this.#options = options;
  }

  /** Reads the next piece of a query; with the last, says what the query is. */
  read(number: number, from: InterfaceName, piece: Uint8Array, isLast: boolean): ReadQuery | undefined {
    let entry = this.#entries.get(number);
    if (!entry) this.#entries.set(number, (entry = { query: new BulkQuery({ ...this.#options, from }) }));
    try {
      entry.query.push(piece);
      if (!isLast) return undefined;
      const parsed = entry.query.end();
      const { name, access, head } = parsed.ok ? parsed.query : parsed.rejected;
      return { name, access, head, error: parsed.ok ? undefined : parsed.rejected.error };
    } catch (error) {
      this.#options.onUnexpected({ name: 'STORE' }, error);
      return { name: undefined, access: 'read', head: plainHead, error: internalError };
    }
  }

  /** Carries out a part of a query; `undefined` when there is more to do. Then nobody else may write. */
  goOn(number: number): BulkOutcome | undefined {
    const entry = this.#entries.get(number);
    assert(entry, 'a query that was not read is to be carried out');
    try {
      return this.#work(number, entry, () => entry.query.carryOut());
    } catch (error) {
      this.#options.onUnexpected({ name: 'STORE' }, error);
      this.#entries.delete(number);
      return entry.query.fail(internalError);
    }
  }

  /** Gives back a part of what was read of a query that is not carried out; `false` when there is more to do. */
  giveUp(number: number): boolean {
    const entry = this.#entries.get(number);
    if (entry) this.#work(number, entry, () => entry.query.discard());
    return !this.#entries.has(number);
  }

  #work(number: number, entry: Entry, begin: () => Exclude<Entry['work'], undefined>): BulkOutcome | undefined {
    const { clock } = this.#options;
    const until = clock.now() + stepMsMax;
    entry.work ??= begin();
    do {
      const { done, value } = entry.work.next();
      if (done !== true) continue;
      this.#entries.delete(number);
      return value;
    } while (clock.now() < until);
    return undefined;
  }
}
