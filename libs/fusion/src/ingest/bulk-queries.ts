import { assert } from '@syncytium/kit';
import { FusionError } from '../errors.js';
import type { AccessType, InterfaceName, QueryName } from '../fql/query-names.js';
import { plainHead, type Query, type QueryHead } from '../fql/query.js';
import { BulkQuery, type BulkOutcome, type BulkQueryOptions } from './bulk-query.js';
import type { ResponsePiece } from './response-pieces.js';
import type { BulkSteps } from './stored-response.js';

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
  /** Told of mistakes of ours. */
  readonly onUnexpected: (query: Pick<Query, 'name'>, error: unknown) => void;
}

interface Entry {
  readonly query: BulkQuery;
  /** What is being done with it, after it was read. */
  work?: BulkSteps<BulkOutcome | undefined>;
}

/** What came of a part of a query; neither of them where there is more to do before. */
export interface BulkProgress {
  /** The next piece of the response. */
  readonly piece?: ResponsePiece;
  readonly outcome?: BulkOutcome;
}

/** Steps of a query before others have their turn: one or two milliseconds of work. */
const stepsAtOnce = 80;

const noProgress: BulkProgress = {};

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

  /**
   * Carries out a part of a query. As long as there is no outcome, nobody else may write.
   *
   * @param returned The leases of pieces of its response that have been sent.
   */
  goOn(number: number, returned: number): BulkProgress {
    const entry = this.#entries.get(number);
    assert(entry, 'a query that was not read is to be carried out');
    entry.query.pieces.giveBack(returned);
    try {
      return this.#work(number, entry, () => entry.query.carryOut());
    } catch (error) {
      this.#options.onUnexpected({ name: 'STORE' }, error);
      this.#entries.delete(number);
      return { outcome: entry.query.fail(internalError) };
    }
  }

  /** Gives back a part of what was read of a query that is not carried out; `false` when there is more to do. */
  giveUp(number: number): boolean {
    const entry = this.#entries.get(number);
    if (entry) this.#work(number, entry, () => entry.query.discard());
    return !this.#entries.has(number);
  }

  #work(number: number, entry: Entry, begin: () => Exclude<Entry['work'], undefined>): BulkProgress {
    entry.work ??= begin();
    for (let i = 0; i < stepsAtOnce; i++) {
      const { done, value } = entry.work.next();
      if (done === true) {
        this.#entries.delete(number);
        return value ? { outcome: value } : noProgress;
      }
      if (value) return { piece: value };
    }
    return noProgress;
  }
}
