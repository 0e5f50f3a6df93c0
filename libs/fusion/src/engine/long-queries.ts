import type { Clock } from '@syncytium/kit';
import { FusionError } from '../errors.js';
import { plainHead } from '../fql/query.js';
import type { ReadQuery } from '../ingest/bulk-queries.js';
import type { Answer } from './answer.js';
import type { Crew } from './crew.js';
import { Job, type JobSource } from './job.js';
import { LongQuery } from './long-query.js';

/** What an engine does for its long queries. */
export interface LongQueriesHost {
  readonly clock: Clock;
  readonly crew: () => Pick<Crew, 'read' | 'giveUp'>;
  /** Queues a query that has been read, or refuses it. */
  readonly enqueue: (job: Job) => void;
  /** Answers a query that is not carried out. */
  readonly reject: (job: Job, error: FusionError, isRefused: boolean) => void;
}

/** The long queries of an engine that are being read and not queued yet. */
export class LongQueries {
  readonly #host: LongQueriesHost;
  readonly #reading = new Set<LongQuery>();

  constructor(host: LongQueriesHost) {
    this.#host = host;
  }

  /** How many there are. */
  get count(): number {
    return this.#reading.size;
  }

  open(number: number, source: JobSource, respond: (answer: Answer) => void, onDrain: () => void): LongQuery {
    const query = new LongQuery({
      number,
      source,
      respond,
      onDrain,
      receivedAt: this.#host.clock.now(),
      read: (reading, piece, isLast) => this.#host.crew().read(reading, piece, isLast),
    });
    this.#reading.add(query);
    return query;
  }

  /** A piece has been read: with the last, the query is queued or refused as any other. */
  onRead(query: LongQuery, read: ReadQuery | undefined): void {
    query.onRead();
    if (!read || !this.#reading.delete(query)) return;
    const job = this.#jobOf(query, read);
    if (read.error) this.#host.reject(job, read.error, false);
    else this.#host.enqueue(job);
    // It is refused where it has been answered.
    if (query.isAnswered) this.#host.crew().giveUp(query);
  }

  /** Its client is gone before all of it has come. */
  drop(query: LongQuery): void {
    if (!this.#reading.delete(query)) return;
    query.options.source.pendingCount--;
    query.settle();
    this.#host.crew().giveUp(query);
  }

  /** Answers a query that will not be read to its end. */
  refuse(query: LongQuery, detail: string): void {
    if (!this.#reading.delete(query)) return;
    const job = this.#jobOf(query, { name: 'STORE', access: 'write', head: plainHead });
    this.#host.reject(job, new FusionError(5000, detail), true);
    this.#host.crew().giveUp(query);
  }

  /** Refuses those that have not come whole, or all. */
  refuseAll(detail: string, which: 'open' | 'all'): void {
    for (const query of [...this.#reading]) if (which === 'all' || !query.isEnded) this.refuse(query, detail);
  }

  #jobOf(query: LongQuery, { name, access, head }: Omit<ReadQuery, 'error'>): Job {
    const { number, source, receivedAt, respond } = query.options;
    const parsedAt = this.#host.clock.now();
    // Its bytes are not kept, so none of them wait.
    return new Job({ number, source, name, access, head, size: 0, receivedAt, parsedAt, respond }, undefined, query);
  }
}
