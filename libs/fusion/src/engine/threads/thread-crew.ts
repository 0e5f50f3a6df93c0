import type { ResourceLimits } from 'node:worker_threads';
import { assert, type Clock, type Log, type Prng } from '@syncytium/kit';
import type { PointAnswer } from '../../executor/point-reads.js';
import type { Query } from '../../fql/query.js';
import { responseBytesMax as defaultResponseBytesMax } from '../../limits.js';
import { Store, type StoreLayout } from '../../store/store.js';
import type { Crew, CrewEvents, ObjectLosses, Result } from '../crew.js';
import { GoneMemory } from '../gone-memory.js';
import type { Job } from '../job.js';
import type { LongQuery } from '../long-query.js';
import { noteTime } from '../note-time.js';
import { refuse } from '../run-query.js';
import { HeldTasks } from './held-tasks.js';
import { pickReader } from './pick-reader.js';
import { PieceQueue, type PieceRequest } from './piece-queue.js';
import { PointReader } from './point-reader.js';
import { rowsToScan, SplitScan } from './split-scan.js';
import { inBandBytesMax, inHandMax, WriterState } from './worker-protocol.js';
import { WorkerThread } from './worker-thread.js';

/** Threads that carry out queries. */
export interface ThreadOptions {
  /** How many; one of them writes, and all of them read. */
  readonly count: number;
  /** Limits of each thread's own heap, which holds neither objects nor indexes. */
  readonly resourceLimits?: ResourceLimits;
  /** The module that a thread runs (ours unless told). */
  readonly entry?: URL;
  /** A search that looks at this many objects or more is split over all threads that are idle (a million unless told). */
  readonly splitRowsMin?: number;
}

export interface ThreadCrewOptions extends ThreadOptions {
  readonly clock: Clock;
  readonly prng: Prng;
  readonly log: Log;
  /** How long a thread looks for queries before it sleeps, in milliseconds. */
  readonly pollWindowMs: number;
  readonly responseBytesMax: number | undefined;
  readonly memoryBytesMax: number | undefined;
  readonly evicts: boolean;
}

/** Threads in a row that may end before they have begun; then no more are started. */
const failedStartsMax = 3;

/**
 * Carries out queries on worker threads that share the objects, but for point reads, which the thread that serves carries
 * out itself. The first worker is the one that writes, too. A thread
 * that dies is replaced; what it had in hand is refused.
 *
 * A thread that dies in the middle of a change leaves half of it behind. The one that replaces it makes the objects sound
 * again, and what is asked meanwhile waits. Should it die of that, the objects are given up, and everything is refused
 * until a CLEAR.
 *
 * @see docs/spec/fusion.md
 */
export class ThreadCrew implements Crew {
  readonly threads: number;
  readonly readsMax: number;
  readonly writesMax = inHandMax;
  readonly wantsBytes = true;
  readonly #options: ThreadCrewOptions;
  readonly #events: CrewEvents;
  readonly #state = new WriterState();
  readonly #threads: WorkerThread[] = [];
  /** The layout of the objects, as far as this thread has been told. */
  readonly #memory: GoneMemory;
  /** What this thread sees of the objects, once it looks. */
  #pointReader: PointReader | undefined;
  /** Long queries of which the thread that writes has read something. */
  readonly #reading = new Set<LongQuery>();
  /** The write that the thread has begun and has more to do of. */
  #begun: Job | undefined;
  readonly #pieces = new PieceQueue((request) => this.#give(request));
  #failedStarts = 0;
  /** Whether objects were given up since they may have been half changed, and no client has taken note with a CLEAR. */
  #isDamaged = false;
  /** What is asked while the objects are not sound. */
  readonly #held = new HeldTasks();
  #isClosed = false;

  constructor(options: ThreadCrewOptions, events: CrewEvents) {
    this.#options = options;
    this.#events = events;
    this.threads = options.count;
    this.readsMax = options.count * inHandMax;
    this.#memory = new GoneMemory(this.#emptyLayout());
  }

  get objectCount(): number {
    return this.#reader.store.size;
  }

  get memoryBytes(): number {
    return this.#reader.store.memoryBytes;
  }

  get losses(): ObjectLosses {
    return this.#reader.store.counters;
  }

  get expiresInMs(): number {
    return this.#refusal() === undefined ? this.#state.expiresInMs : Infinity;
  }

  start(): void {
    if (this.#isClosed) return;
    for (let i = this.#threads.length; i < this.threads; i++) this.#threads.push(this.#startThread(i));
  }

  readPoint(bytes: Uint8Array): PointAnswer | undefined {
    if (this.#held.isHolding || this.#refusal() !== undefined) return undefined;
    if (this.#options.evicts) noteTime(this.#reader.store, this.#options.clock);
    return this.#reader.read(bytes);
  }

  carryOut(job: Job, query: Query): void {
    if (this.#held.hold(() => this.carryOut(job, query))) return;
    if (query.name === 'CLEAR') this.#isDamaged = false;
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      this.#events.onDone(job, refuse(job, refusal));
      return;
    }
    if (this.#options.evicts) noteTime(this.#reader.store, this.#options.clock);
    if (this.#reader.takes(query)) {
      this.#events.onDone(job, this.#reader.run(query));
      return;
    }
    assert(job.bytes, 'a query has lost its bytes');
    if (this.#split(job, query, job.bytes)) return;
    const thread = job.access === 'write' ? this.#threads[0] : pickReader(this.#threads);
    thread?.give(job, job.bytes);
  }

  read(query: LongQuery, piece: Uint8Array, isLast: boolean): void {
    if (this.#held.hold(() => this.read(query, piece, isLast))) return;
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      this.#events.onLost(query, refusal);
      return;
    }
    this.#reading.add(query);
    this.#pieces.push({ query, piece, isLast });
  }

  goOn(job: Job): void {
    const isKnown = job.long ? this.#reading.has(job.long) : this.#begun === job;
    const refusal = this.#refusal() ?? (isKnown ? undefined : 'the thread that had begun it died');
    if (refusal === undefined) this.#threads[0]?.goOn(job);
    else this.#events.onDone(job, refuse(job, refusal));
  }

  giveUp(query: LongQuery): void {
    if (this.#held.hold(() => this.giveUp(query))) return;
    if (this.#reading.has(query)) this.#pieces.push({ query });
  }

  expire(objectsMax: number): void {
    if (this.#held.hold(() => this.expire(objectsMax))) return;
    const [writer] = this.#threads;
    if (writer) writer.expire(objectsMax);
    else this.#events.onExpired();
  }

  awaitPause(): void {
    this.#state.await();
  }

  flush(): void {
    for (const thread of this.#threads) thread.flush();
    this.#collect();
  }

  rest(): void {
    // What comes before a thread knows that it has to tell is looked for once more.
    if (this.#threads.map((thread) => thread.rest()).includes(false)) this.#collect();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#loseLong('the server is stopping');
    const threads = this.#threads.splice(0);
    for (const thread of threads) this.#refuseAll(thread, 'the server is stopping');
    this.#held.end();
    await Promise.all(threads.map((thread) => thread.end()));
  }

  get #reader(): PointReader {
    const { clock, prng, responseBytesMax } = this.#options;
    const onUnexpected = ({ name }: Pick<Query, 'name'>, error: unknown): void => this.#logUnexpected(name, error);
    return (this.#pointReader ??= new PointReader(this.#memory.layout, {
      clock,
      prng,
      responseBytesMax,
      onUnexpected,
    }));
  }

  #logUnexpected(query: string, err: unknown): void {
    this.#options.log.error('a query failed unexpectedly', { query, err });
  }

  #refusal(): string | undefined {
    if (this.#isClosed) return 'the server is stopping';
    if (this.#isDamaged)
      return 'thread 0 of the engine died in the middle of a change, and once more of what was left, so all objects were given up; CLEAR begins anew';
    if (this.#failedStarts >= failedStartsMax) return 'no thread can be started';
    return undefined;
  }

  /** Has all threads that are idle look at a part of the rows each, where that is worth it. */
  #split(job: Job, query: Query, bytes: Uint8Array): boolean {
    const { splitRowsMin = 1_000_000, responseBytesMax = defaultResponseBytesMax } = this.#options;
    const idle = this.#threads.filter(({ inHandCount }) => inHandCount === 0);
    if (idle.length < 2 || bytes.length > inBandBytesMax) return false;
    const rows = rowsToScan(query, this.#reader.store, splitRowsMin);
    if (rows < 2) return false;
    const scan = new SplitScan(job, rows, idle.length, responseBytesMax);
    idle.forEach((thread, part) => thread.givePart(scan, part, bytes));
    return true;
  }

  #onPart(scan: SplitScan, part: number, result: Result): void {
    const { job } = scan;
    const whole = scan.take(part, result);
    if (whole === undefined) return;
    if (whole !== 'again') this.#events.onDone(job, whole);
    else if (job.bytes) pickReader(this.#threads)?.give(job, job.bytes);
  }

  #collect(): void {
    let hasAny = false;
    for (const thread of this.#threads) hasAny = thread.collect() || hasAny;
    if (!hasAny) return;
    this.#showLayout();
    this.#recoverWhenIdle();
    this.#events.onSettled();
    this.#memory.giveBack();
  }

  #startThread(i: number, recovers = false): WorkerThread {
    const { entry = new URL('./worker-main.js', import.meta.url), resourceLimits, pollWindowMs } = this.#options;
    const { responseBytesMax } = this.#options;
    const state = this.#state.shared;
    const start = { state, isWriter: i === 0, recovers, pollWindowMs, responseBytesMax };
    const thread = new WorkerThread({ entry, resourceLimits }, this.#memory.layout, start, {
      onDone: (job, result) => this.#finish(job, result),
      onRead: (query, read) => {
        this.#events.onRead(query, read);
        this.#pieces.onAnswered();
      },
      onPaused: (job, piece) => {
        if (!job.long) this.#begun = job;
        this.#events.onPaused(job, piece);
      },
      onGivenUp: (query, isDone) => this.#onGivenUp(query, isDone),
      onPart: (scan, part, result) => this.#onPart(scan, part, result),
      onExpired: () => this.#events.onExpired(),
      onLayout: (layout) => this.#takeLayout(layout),
      onReady: () => {
        if (!recovers) return;
        this.#held.end();
        this.#events.onSettled();
      },
      onAnswers: () => this.#collect(),
      onUnexpected: (query, error) => this.#logUnexpected(query, error),
      onDeath: (error) => this.#replace(i, thread, error),
    });
    return thread;
  }

  #finish(job: Job, result: Result): void {
    if (job.long) this.#reading.delete(job.long);
    if (this.#begun === job) this.#begun = undefined;
    this.#events.onDone(job, result);
  }

  #onGivenUp(query: LongQuery, isDone: boolean): void {
    if (isDone) this.#reading.delete(query);
    else this.#pieces.push({ query });
    this.#pieces.onAnswered();
  }

  #give({ query, piece, isLast = false }: PieceRequest): void {
    const [writer] = this.#threads;
    if (piece) writer?.read(query, piece, isLast);
    else writer?.giveUp(query);
    // It may be that no turn of the engine follows.
    writer?.flush();
  }

  /** What was read of long queries is gone. */
  #loseLong(detail: string): void {
    const lost = [...this.#reading];
    this.#reading.clear();
    this.#pieces.clear();
    for (const query of lost) this.#events.onLost(query, detail);
  }

  #replace(i: number, thread: WorkerThread, error: Error): void {
    // What it answered before counts.
    thread.collect();
    this.#options.log.error('a thread of the engine died', { thread: i, err: error });
    this.#failedStarts = thread.isReady ? 0 : this.#failedStarts + 1;
    const detail = `thread ${i} of the engine died: ${error.message}`;
    if (i === 0) this.#onWriterDeath(detail);
    this.#refuseAll(thread, detail);
    if (this.#failedStarts >= failedStartsMax) this.#held.end();
    else if (i > 0 || !this.#held.isHolding) this.#threads[i] = this.#startThread(i);
    this.#recoverWhenIdle();
    this.#events.onSettled();
  }

  #onWriterDeath(detail: string): void {
    const isReading = this.#reading.size > 0;
    this.#loseLong(detail);
    this.#begun = undefined;
    if (this.#held.isHolding) {
      this.#giveUpObjects();
      this.#held.end();
    } else if (this.#state.isWriting || isReading || this.#hasUnknownLayout) this.#held.begin();
  }

  /** Has the thread that writes replaced by one that makes the objects sound, as soon as nobody reads them any more. */
  #recoverWhenIdle(): void {
    const [writer, ...others] = this.#threads;
    if (!this.#held.isHolding || !writer?.hasEnded || others.some(({ inHandCount }) => inHandCount > 0)) return;
    this.#threads[0] = this.#startThread(0, true);
  }

  /** Whether classes or indexes have come or gone, and nobody has said which. */
  get #hasUnknownLayout(): boolean {
    return Store.attach(this.#memory.layout, this.#options.prng).isOutdated;
  }

  #giveUpObjects(): void {
    this.#isDamaged = true;
    this.#state.isWriting = false;
    this.#takeLayout(this.#emptyLayout(this.losses));
    this.#showLayout();
    this.#memory.giveBack();
  }

  #showLayout(): void {
    for (const thread of this.#threads) thread.showLayout(this.#memory.layout);
  }

  #refuseAll(thread: WorkerThread, detail: string): void {
    for (const job of thread.takeBack()) {
      if (job) this.#events.onDone(job, refuse(job, detail));
      else this.#events.onExpired();
    }
  }

  #takeLayout(layout: StoreLayout): void {
    this.#memory.layout = layout;
    this.#pointReader = undefined;
  }

  /** @param losses Those there have been so far. */
  #emptyLayout({ evicted, expired }: ObjectLosses = { evicted: 0, expired: 0 }): StoreLayout {
    const { prng, memoryBytesMax, evicts } = this.#options;
    const store = new Store({ prng, memoryBytesMax, evicts });
    store.counters.evicted = evicted;
    store.counters.expired = expired;
    return store.layout();
  }
}
