import type { MessagePort } from 'node:worker_threads';
import type { ErrorCode } from '../../error-codes.js';
import { FusionError } from '../../errors.js';
import type { ReadQuery } from '../../ingest/bulk-queries.js';
import { processClock } from './process-clock.js';

/** Longest query or response that goes through a ring; a longer one is posted, and the ring says when it comes. */
export const inBandBytesMax = 16 * 1024;

/** Most queries that one thread has in hand. */
export const inHandMax = 64;

/** Most pieces of long queries, and long queries to be given up, that one thread has in hand beside its queries. */
export const piecesInHandMax = 4;

/** A ring has room for all that can be in hand, and for what tells of layouts. */
export const ringBytes = 2 * 2 ** 20;

/** What a thread is asked. */
export const requestKinds = {
  /** The payload is a query. */
  query: 1,
  /** A query has been posted. */
  longQuery: 2,
  /** The layout of the store has been posted: classes or indexes have come or gone. */
  layout: 3,
  /** What has expired is to be taken out; the first number is how many objects at most. */
  expire: 4,
  /**
   * A piece of a long query has been posted. The numbers are that of the query, of the interface it comes from, and 1 for
   * the last piece.
   */
  piece: 5,
  /**
   * The long query with this number is to be carried out, or what is left of it. The second number is the leases of pieces
   * of its response that have been sent.
   */
  goOn: 6,
  /** The long query with this number is not wanted any more. */
  giveUp: 7,
  /** The write that was answered as paused is to go on. */
  resume: 9,
  /** As `query`, over the rows from the first number to before the second only. */
  queryPart: 8,
} as const;

/**
 * What a thread answers, one answer for each request but `layout`: bits of a message's kind. Its id is how many objects a
 * search found.
 */
export const answerBits = {
  hasFailed: 1,
  /** There is a response: the payload, unless it has been posted. */
  hasBytes: 2,
  isLong: 4,
  /** The layout of the store has been posted, before the response. */
  hasLayout: 8,
  /**
   * There is more to do, so the same has to be asked again. With `hasBytes`, a piece of the response is there, and the second
   * number is its lease.
   */
  isPaused: 16,
  /** What a long query is has been posted, as {@link PostedRead}. */
  hasRead: 32,
} as const;

/** A {@link ReadQuery} as it is posted, since errors lose their class on the way. */
export interface PostedRead extends Omit<ReadQuery, 'error'> {
  readonly error: { readonly errorCode: ErrorCode; readonly detail: string } | undefined;
}

export function toPosted({ error, ...read }: ReadQuery): PostedRead {
  return { ...read, error: error && { errorCode: error.errorCode, detail: error.detail } };
}

export function fromPosted({ error, ...read }: PostedRead): ReadQuery {
  return { ...read, error: error && new FusionError(error.errorCode, error.detail) };
}

/** What a worker starts with. */
export interface WorkerStart {
  readonly requests: SharedArrayBuffer;
  readonly answers: SharedArrayBuffer;
  /** For what is too long for a ring. First of all, the layout of the store is posted. */
  readonly port: MessagePort;
  /** See {@link WriterState}. */
  readonly state: SharedArrayBuffer;
  readonly isWriter: boolean;
  /** Whether the thread that wrote before may have left something half done. */
  readonly recovers: boolean;
  readonly pollWindowMs: number;
  readonly responseBytesMax: number | undefined;
}

/** What a worker says beside its rings. */
export type WorkerNews =
  /** It has begun to look for queries. */
  | { readonly type: 'ready' }
  /** There are answers in the ring, of which the other side has not known. */
  | { readonly type: 'answers' }
  /** A query failed by a mistake of ours. */
  | { readonly type: 'unexpected'; readonly query: string; readonly error: unknown };

/** What the thread that writes tells of itself, for all to see, and whether others wait for it. */
export class WriterState {
  readonly shared: SharedArrayBuffer;
  readonly #times: Float64Array;
  readonly #flags: Int32Array;
  readonly #awaited: Int32Array;

  constructor(shared?: SharedArrayBuffer) {
    this.shared = shared ?? new SharedArrayBuffer(24);
    this.#times = new Float64Array(this.shared, 0, 1);
    this.#flags = new Int32Array(this.shared, 8, 1);
    this.#awaited = new Int32Array(this.shared, 16, 1);
    if (!shared) this.expiresInMs = Infinity;
  }

  /** In how many milliseconds some object's time is over, as it was when a change was last made: `Infinity` for never. */
  get expiresInMs(): number {
    const expiresAt = this.#times[0] as number;
    return expiresAt === Infinity ? Infinity : expiresAt - processClock.now();
  }

  set expiresInMs(expiresInMs: number) {
    this.#times[0] = expiresInMs === Infinity ? Infinity : processClock.now() + expiresInMs;
  }

  /** Others wait for it to pause in what it writes. */
  await(): void {
    Atomics.store(this.#awaited, 0, 1);
  }

  /** Whether anybody has waited for it to pause since it was asked this last. */
  takeAwaited(): boolean {
    return Atomics.exchange(this.#awaited, 0, 0) === 1;
  }

  /** Whether it is in the middle of a change. */
  get isWriting(): boolean {
    return Atomics.load(this.#flags, 0) === 1;
  }

  set isWriting(isWriting: boolean) {
    Atomics.store(this.#flags, 0, isWriting ? 1 : 0);
  }
}
