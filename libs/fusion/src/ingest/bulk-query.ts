import { assert } from '@syncytium/kit';
import { FusionError } from '../errors.js';
import { toFusionError, type Executor } from '../executor/executor.js';
import { composeResponse, openResponse } from '../executor/respond.js';
import type { ParsedQuery } from '../fql/parse-query.js';
import type { InterfaceName } from '../fql/query-names.js';
import type { Query } from '../fql/query.js';
import { responseBytesMax as responseBytesUsual } from '../limits.js';
import type { Store } from '../store/store.js';
import { adoptObjects } from './adopt-objects.js';
import type { ObjectSink } from './object-sink.js';
import { QueryReader } from './query-reader.js';
import { ResponsePieces } from './response-pieces.js';
import type { BulkSteps } from './stored-response.js';

export interface BulkQueryOptions {
  readonly store: Store;
  /** Of the same store. */
  readonly executor: Executor;
  /** The interface that the query came from. */
  readonly from: InterfaceName;
  /** Longest contents of a response, in bytes. */
  readonly responseBytesMax?: number | undefined;
}

/** What came of a long query. */
export interface BulkOutcome {
  readonly hasFailed: boolean;
  /** The response without metrics, or the last piece of it; `undefined` when the query wants none. */
  readonly bytes: Uint8Array | undefined;
}

/** Staged rows that are given back before others may have their turn. */
const discardedAtOnce = 1024;

/**
 * A long query, in most cases a STORE of many objects: read in pieces as they come, and carried out in steps. Reading
 * changes nothing that anybody sees, so others may read and write meanwhile; between the steps others may read.
 *
 * It answers as {@link parseQuery} and {@link Executor.execute} do, but that the class of a STORE has to be there when the
 * first of its objects is read, and still be there when it is carried out.
 *
 * @see docs/spec/fusion.md
 */
export class BulkQuery {
  readonly #options: BulkQueryOptions;
  readonly #reader: QueryReader;
  /** The memory of its response. */
  readonly pieces = new ResponsePieces();
  #query: Query | undefined;

  constructor(options: BulkQueryOptions) {
    this.#options = options;
    this.#reader = new QueryReader(options.store, options.from);
  }

  push(piece: Uint8Array): void {
    this.#reader.push(piece);
  }

  /** All of it has come: says what it is. What is rejected has to be given back with {@link BulkQuery.discard}. */
  end(): ParsedQuery {
    const parsed = this.#reader.end();
    if (parsed.ok) this.#query = parsed.query;
    return parsed;
  }

  /** Carries out what has been accepted, in steps of well below a millisecond. */
  *carryOut(): BulkSteps<BulkOutcome> {
    const query = this.#accepted;
    const { sink } = this.#reader;
    if (!sink) {
      const outcome = this.#options.executor.execute(query);
      return { hasFailed: !outcome.ok, bytes: composeResponse(query.name, query.head, outcome) };
    }
    let response: BulkSteps<Uint8Array> | undefined;
    try {
      response = yield* this.#store(query, sink);
    } catch (error) {
      const reason = toFusionError(error);
      yield* this.discard();
      return this.fail(reason);
    }
    return { hasFailed: false, bytes: response && (yield* response) };
  }

  /** What comes of it when something is wrong. */
  fail(error: FusionError): BulkOutcome {
    const { name, head } = this.#accepted;
    return { hasFailed: true, bytes: composeResponse(name, head, { ok: false, error }) };
  }

  /** Gives back what has been read, in steps: for a query that is not carried out. */
  *discard(): Generator<undefined, undefined> {
    const staging = this.#reader.sink?.staging;
    // What was made for a class that is gone is gone with it.
    if (!staging?.isCurrent) return undefined;
    for (const rows of staging.all)
      while (rows.count > 0) {
        rows.cut(Math.max(0, rows.count - discardedAtOnce));
        yield;
      }
    return undefined;
  }

  get #accepted(): Query {
    assert(this.#query, 'the query has not been accepted');
    return this.#query;
  }

  *#store(
    { name, head }: Query,
    { staging, error }: ObjectSink,
  ): Generator<undefined, BulkSteps<Uint8Array> | undefined> {
    if (error || !staging) throw error ?? new FusionError(5000, 'nothing was read');
    if (!staging.isCurrent)
      throw new FusionError(1000, `${staging.roots.definition.name}, gone since its objects were read`);
    const { store, executor, responseBytesMax = responseBytesUsual } = this.#options;
    const frame =
      head.answerMode === 'all' ? { opening: openResponse(name, head), closing: '}', pieces: this.pieces } : undefined;
    return yield* adoptObjects({ store, now: executor.now, responseBytesMax }, staging, frame);
  }
}
