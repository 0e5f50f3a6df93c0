import type { Wait, WaitSubject } from '@syncytium/kit';
import type { AccessType, InterfaceName, QueryName } from '../fql/query-names.js';
import type { Query, QueryHead } from '../fql/query.js';
import type { Schedulable } from '../scheduler/scheduler.js';
import type { Answer } from './answer.js';
import type { LongQuery } from './long-query.js';

/** The connection that queries came from. */
export interface JobSource {
  /** How people know it: `ws 127.0.0.1:50412`. */
  readonly name: string;
  readonly from: InterfaceName;
  /** Queries that are not answered yet. */
  pendingCount: number;
  isClosed: boolean;
  /** To be called when one of its queries has been answered. */
  onAnswered?: (() => void) | undefined;
}

interface JobFacts {
  /** Counts all queries since the start. */
  readonly number: number;
  readonly source: JobSource;
  /** `undefined` for a text that names no query. */
  readonly name: QueryName | undefined;
  readonly access: AccessType;
  readonly head: QueryHead;
  /** Length of the query, in bytes. */
  readonly size: number;
  /** When it was received, in milliseconds of the engine's clock. */
  readonly receivedAt: number;
  readonly parsedAt: number;
  readonly respond: (answer: Answer) => void;
}

/** A query on its way through the engine. */
export class Job implements Schedulable {
  readonly access: AccessType;
  readonly connection: JobSource;
  readonly facts: JobFacts;
  /** What is to be carried out; `undefined` for what is answered without. */
  readonly query: Query | undefined;
  /** Whether others were ahead of it when it came. */
  isQueued = false;
  /** The bytes of the query, for a crew that wants them. */
  bytes: Uint8Array | undefined;
  wait: Wait | undefined;
  /** When its turn came, in milliseconds of the engine's clock. */
  startedAt = 0;
  /** How long it has been carried out so far, in milliseconds. */
  executorMs = 0;
  answer: Answer | undefined;
  isFinished = false;
  /** Whether a part of it has been carried out, so that what is left goes on from there. */
  isBegun = false;
  /** The query, if it was read in pieces: then its bytes and what they say are with who reads it. */
  readonly long: LongQuery | undefined;

  constructor(facts: JobFacts, query: Query | undefined, long?: LongQuery) {
    this.facts = facts;
    this.query = query;
    this.long = long;
    this.access = facts.access;
    this.connection = facts.source;
  }

  get isInParts(): boolean {
    return this.isBegun || this.long !== undefined;
  }

  /** `FIND #18 of ws 127.0.0.1:50412`. */
  get label(): string {
    const { name = 'a text', number, source } = this.facts;
    return `${name} #${number} of ${source.name}`;
  }
}

/** Most queries that a wait names. */
const namedMax = 8;

/** A query's wait for its turn, told only when somebody asks. */
export class TurnWait implements WaitSubject {
  readonly what = 'its turn';
  readonly mode = 'all';
  readonly #job: Job;
  readonly #ahead: (job: Job, max: number) => readonly Job[];

  constructor(job: Job, ahead: (job: Job, max: number) => readonly Job[]) {
    this.#job = job;
    this.#ahead = ahead;
  }

  get who(): string {
    return this.#job.label;
  }

  get whom(): readonly string[] {
    return this.#ahead(this.#job, namedMax).map((job) => job.label);
  }
}
