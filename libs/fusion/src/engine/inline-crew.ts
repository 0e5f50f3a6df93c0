import type { Clock, Prng } from '@syncytium/kit';
import { Executor } from '../executor/executor.js';
import { PointReads, type PointAnswer } from '../executor/point-reads.js';
import type { Query } from '../fql/query.js';
import { BulkQueries } from '../ingest/bulk-queries.js';
import { Store } from '../store/store.js';
import type { Crew, CrewEvents, ObjectLosses } from './crew.js';
import { GoneMemory } from './gone-memory.js';
import type { Job } from './job.js';
import type { LongQuery } from './long-query.js';
import { noteTime } from './note-time.js';
import { noTimes, runQuery, WriteRun, type OnUnexpected } from './run-query.js';

export interface InlineCrewOptions {
  readonly clock: Clock;
  readonly prng: Prng;
  /** Runs something soon, after what is at hand. */
  readonly defer: (run: () => void) => void;
  /** Told of mistakes of ours. */
  readonly onUnexpected: OnUnexpected;
  /** Longest response, in bytes. */
  readonly responseBytesMax?: number | undefined;
  /** Most bytes of memory that objects and indexes may take. */
  readonly memoryBytesMax?: number | undefined;
  /** Whether objects are taken out when there is no memory for others. */
  readonly evicts?: boolean | undefined;
}

/** Carries out one query at a time, at once, on the thread that asks for it. */
export class InlineCrew implements Crew {
  readonly threads = 1;
  readonly readsMax = 1;
  readonly writesMax = 1;
  readonly wantsBytes = false;
  readonly #options: InlineCrewOptions;
  readonly #events: CrewEvents;
  readonly #store: Store;
  readonly #memory: GoneMemory;
  readonly #executor: Executor;
  readonly #pointReads: PointReads;
  readonly #bulk: BulkQueries;
  /** The write that was begun and has more to do. */
  #begun: WriteRun | undefined;
  readonly #execute = (query: Query) => this.#executor.execute(query);
  readonly #begin = (query: Query) => this.#executor.begin(query);

  constructor(options: InlineCrewOptions, events: CrewEvents) {
    const { clock, prng, memoryBytesMax, evicts, responseBytesMax } = options;
    this.#options = options;
    this.#events = events;
    this.#store = new Store({ prng, memoryBytesMax, evicts });
    this.#memory = new GoneMemory(this.#store.layout());
    this.#executor = new Executor({ store: this.#store, clock, responseBytesMax });
    this.#bulk = new BulkQueries({
      store: this.#store,
      executor: this.#executor,
      responseBytesMax,
      onUnexpected: options.onUnexpected,
    });
    this.#pointReads = new PointReads(this.#store, responseBytesMax);
  }

  get objectCount(): number {
    return this.#store.size;
  }

  get memoryBytes(): number {
    return this.#store.memoryBytes;
  }

  get losses(): ObjectLosses {
    return this.#store.counters;
  }

  get expiresInMs(): number {
    return this.#executor.expiresInMs;
  }

  start(): void {
    // Always ready.
  }

  readPoint(bytes: Uint8Array): PointAnswer | undefined {
    noteTime(this.#store, this.#options.clock);
    return this.#pointReads.answer(bytes);
  }

  carryOut(job: Job, query: Query): void {
    const { clock, onUnexpected } = this.#options;
    noteTime(this.#store, clock);
    if (job.access === 'read') this.#events.onDone(job, runQuery(query, this.#execute, clock, onUnexpected));
    else this.#write(job, new WriteRun(query, this.#begin, clock, onUnexpected));
  }

  read(query: LongQuery, piece: Uint8Array, isLast: boolean): void {
    const { number, source } = query.options;
    this.#options.defer(() => {
      if (!query.isAnswered) this.#events.onRead(query, this.#bulk.read(number, source.from, piece, isLast));
    });
  }

  goOn(job: Job): void {
    if (job.long) this.#goOnLong(job, job.long);
    else if (this.#begun) this.#write(job, this.#begun);
  }

  #write(job: Job, write: WriteRun): void {
    const result = write.goOn();
    this.#begun = result ? undefined : write;
    job.executorMs += write.takeMs();
    if (result) this.#events.onDone(job, { ...result, executorMs: job.executorMs });
    else this.#events.onPaused(job);
    this.#giveBackMemory();
  }

  #goOnLong(job: Job, query: LongQuery): void {
    const { clock } = this.#options;
    const startedAt = clock.now();
    const { outcome, piece } = this.#bulk.goOn(query.options.number, query.takeReturned());
    job.executorMs += clock.now() - startedAt;
    if (outcome) this.#events.onDone(job, { ...outcome, ...noTimes, isRefused: false, executorMs: job.executorMs });
    else this.#events.onPaused(job, piece && query.lend(piece));
  }

  giveUp({ options }: LongQuery): void {
    while (!this.#bulk.giveUp(options.number));
  }

  expire(objectsMax: number): void {
    this.#executor.expire(objectsMax);
    this.#events.onExpired();
  }

  awaitPause(): void {
    // It pauses after every part.
  }

  flush(): void {
    // Nothing is ever in hand.
  }

  rest(): void {
    // Nothing to be told later.
  }

  async close(): Promise<void> {
    // Nothing to end.
  }

  #giveBackMemory(): void {
    if (this.#store.layoutVersion === this.#memory.layout.version) return;
    this.#memory.layout = this.#store.layout();
    this.#memory.giveBack();
  }
}
