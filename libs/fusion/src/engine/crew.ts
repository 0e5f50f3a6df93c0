import type { PointAnswer } from '../executor/point-reads.js';
import type { Query } from '../fql/query.js';
import type { ReadQuery } from '../ingest/bulk-queries.js';
import type { Job } from './job.js';
import type { LongQuery } from './long-query.js';

/** What came of a query that was carried out. */
export interface Result {
  readonly hasFailed: boolean;
  /** Whether it is for no fault of its own that the query was not carried out, or perhaps was not. */
  readonly isRefused: boolean;
  /** The response without metrics, or the last piece of it; `undefined` when the query wants none. */
  readonly bytes: Uint8Array | undefined;
  /** How long it took, in milliseconds, and how long it searched with indexes and without. */
  readonly executorMs: number;
  readonly indexesMs: number;
  readonly nonIndexesMs: number;
  /** How many objects a search found, where that is known. */
  readonly found?: number;
  /** How many threads worked on it; one unless told. */
  readonly threads?: number;
}

/** Objects that were taken out since the start though nobody deleted them. */
export interface ObjectLosses {
  /** To make room for others. */
  readonly evicted: number;
  /** Since their time was over. */
  readonly expired: number;
}

/** A piece of a response. */
export interface LentPiece {
  readonly bytes: Uint8Array;
  /** Says that it is not needed any more, so that its memory can be used again. */
  readonly release: () => void;
}

/**
 * Who carries out queries for an engine: on the engine's own thread, or on others. It is given reads while it has reads
 * in hand and writes while it has writes, never both.
 */
export interface Crew {
  /** How many threads carry out queries. */
  readonly threads: number;
  /** Most reads that may be in hand at the same time, and most writes. */
  readonly readsMax: number;
  readonly writesMax: number;
  /** Whether it wants the bytes of a query rather than what they say. */
  readonly wantsBytes: boolean;
  /** Objects of all classes. */
  readonly objectCount: number;
  /** Bytes of memory that objects and indexes take. */
  readonly memoryBytes: number;
  /** How many objects were taken out though nobody deleted them. */
  readonly losses: ObjectLosses;
  /** In how many milliseconds some object's time is over: 0 or less where it is, `Infinity` where no object's ever is. */
  readonly expiresInMs: number;
  /** Gets ready, unless it is. */
  start(): void;
  /**
   * Carries out a read for which nothing is in the way, if it is one of few objects that takes no longer than to hand it
   * over; `undefined`, and no change, for any other query.
   */
  readPoint(bytes: Uint8Array): PointAnswer | undefined;
  /** Takes a query in hand. Writes are carried out in the order given. */
  carryOut(job: Job, query: Query): void;
  /**
   * Reads the next piece of a long query, which is lent until {@link CrewEvents.onRead}; with the last it is said what the
   * query is.
   */
  read(query: LongQuery, piece: Uint8Array, isLast: boolean): void;
  /** Carries out the next part of a write: of a long query that has been read, or of one that was begun before. */
  goOn(job: Job): void;
  /** A long query is not carried out: what was read of it is given back. */
  giveUp(query: LongQuery): void;
  /** Takes out objects whose time is over, at most so many, while it has nothing else in hand. */
  expire(objectsMax: number): void;
  /** A read waits that may be let go when a write pauses. */
  awaitPause(): void;
  /** What was given until now is wanted soon; what is done by now is told. */
  flush(): void;
  /** Nobody calls {@link Crew.flush} from now on until something is told. */
  rest(): void;
  /** Ends. What is in hand is told to be refused before this returns. */
  close(): Promise<void>;
}

/** What a crew tells its engine. */
export interface CrewEvents {
  /** A query has been carried out: a read in any order, a write after those given before it. */
  onDone(job: Job, result: Result): void;
  /** A piece of a long query has been read; with the last, what the query is. */
  onRead(query: LongQuery, read: ReadQuery | undefined): void;
  /** What was read of a long query is gone, for no fault of its own. */
  onLost(query: LongQuery, detail: string): void;
  /**
   * A part of a write has been carried out, perhaps with a piece of its response, and there is more to do. Other writes that
   * are in hand are carried out before that.
   */
  onPaused(job: Job, piece?: LentPiece): void;
  /** What had expired is taken out. */
  onExpired(): void;
  /** All was told that is done by now, so that more may be given. */
  onSettled(): void;
}
