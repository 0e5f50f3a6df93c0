import { silentLog, silentMetrics, type Clock, type Log, type Wait, type WaitSubject } from '@syncytium/kit';
import { FusionError } from '../errors.js';
import { addMetrics, composeResponse } from '../executor/respond.js';
import { parseQuery } from '../fql/parse-query.js';
import type { InterfaceName } from '../fql/query-names.js';
import { plainHead, type Query } from '../fql/query.js';
import { Scheduler } from '../scheduler/scheduler.js';
import type { Answer } from './answer.js';
import { Clients } from './clients.js';
import { Connection, type ConnectionHost, type EngineConnection } from './connection.js';
import type { Crew, CrewEvents, Result } from './crew.js';
import { describeServer, embedded, isAboutServer } from './describe-server.js';
import type { EngineOptions } from './engine-options.js';
import { EngineMetrics } from './engine-metrics.js';
import { Job, type JobSource } from './job.js';
import { JobQueue } from './job-queue.js';
import { LongQueries } from './long-queries.js';
import type { LongQuery } from './long-query.js';
import { makeCrew } from './make-crew.js';
import { refuse, runQuery } from './run-query.js';
import type { ServerFacts, ServerStats } from './server-facts.js';
import { timesOf } from './times-of.js';
import { TurnLoop } from './turn-loop.js';

const stopping = 'the server is stopping';

/** Objects that are taken out between two looks at the clock: well under a millisecond of work. */
const expiredAtOnceMax = 256;

/**
 * Takes queries from any number of connections and answers them: parses on arrival, queues, and has them carried out in
 * turns, on the event loop of its own thread.
 *
 * @see docs/spec/fusion.md
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #clock: Clock;
  readonly #crew: Crew;
  readonly #facts: ServerFacts;
  readonly #scheduler: Scheduler<Job>;
  readonly #metrics: EngineMetrics;
  readonly #log: Log;
  readonly #loop: TurnLoop;
  readonly #defer: (run: () => void) => void;
  readonly #connectionHost: ConnectionHost = {
    submit: (source, bytes, respond) => this.#submit(source, bytes, respond),
    openLong: (source, respond, onDrain) => this.#openLong(source, respond, onDrain),
    refuse: (source, error, respond) => this.#refuseText(source, error, respond),
    openWait: (subject) => this.#openWait(subject),
    giveUp: (query) => this.#dropLong(query),
    disconnect: ({ from }) => this.#clients.disconnect(from),
  };
  readonly #queue: JobQueue;
  readonly #clients = new Clients();
  #state: 'running' | 'draining' | 'closed' = 'running';
  /** Whether the crew is taking out what has expired; nothing starts meanwhile. */
  #isExpiring = false;
  #queries = 0;
  readonly #long: LongQueries;
  #idle: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(options: EngineOptions) {
    const { clock, log = silentLog, metrics = silentMetrics, queueMax = 65_536 } = options;
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#crew = this.#makeCrew();
    this.#long = new LongQueries({
      clock,
      crew: () => this.#crew,
      enqueue: (job) => {
        this.#metrics.received(job.facts.name);
        this.#enqueue(job);
      },
      reject: (job, error, isRefused) => {
        this.#metrics.received(job.facts.name);
        this.#reject(job, error, isRefused);
      },
    });
    this.#facts = { serverInfo: options.serverInfo ?? (() => embedded), stats: () => this.#stats() };
    const { readsMax, writesMax } = this.#crew;
    this.#scheduler = new Scheduler({ readsMax, writesMax, queueMax });
    this.#metrics = new EngineMetrics(metrics, {
      queued: () => this.#scheduler.queuedCount,
      objects: () => this.#crew.objectCount,
      memoryBytes: () => this.#crew.memoryBytes,
      losses: () => this.#crew.losses,
    });
    this.#queue = new JobQueue(this.#scheduler, options.waits, options.queueBytesMax);
    this.#defer = options.defer ?? ((run) => void setImmediate(run));
    this.#loop = this.#makeLoop();
  }

  /** Queries that wait for their turn. */
  get queuedCount(): number {
    return this.#scheduler.queuedCount;
  }

  /**
   * A new client of an interface.
   *
   * @param name How people know it.
   * @param takesParts Whether it is given long responses in parts, as {@link Answer.isPart} says.
   */
  connect(from: InterfaceName, name: string, takesParts = false): EngineConnection {
    this.#crew.start();
    this.#clients.connect(from);
    return new Connection({ name, from, pendingCount: 0, isClosed: false }, this.#connectionHost, takesParts);
  }

  /**
   * Refuses queries from now on and resolves when all others are answered. When `signal` fires, those that are not
   * carried out by then are answered with an error instead.
   */
  async drain(signal?: AbortSignal): Promise<void> {
    if (this.#state === 'running') this.#state = 'draining';
    this.#loop.close();
    this.#long.refuseAll(stopping, 'open');
    const giveUp = (): void => void this.#giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted) giveUp();
    if (!this.#isIdle) await (this.#idle ??= new Promise<void>((resolve) => (this.#onIdle = resolve)));
    signal?.removeEventListener('abort', giveUp);
  }

  /** Ends at once: what is not carried out yet is answered with an error. */
  async close(): Promise<void> {
    await this.#giveUp();
  }

  #makeCrew(): Crew {
    const events: CrewEvents = {
      onDone: (job, result) => this.#finish(job, result),
      onRead: (query, read) => this.#long.onRead(query, read),
      onLost: (query, detail) => this.#long.refuse(query, detail),
      onPaused: (job, piece) => {
        job.isBegun = true;
        this.#scheduler.pause(job);
        if (piece && !job.connection.isClosed)
          job.facts.respond({ hasFailed: false, isRefused: false, ...piece, isPart: true });
      },
      onExpired: () => (this.#isExpiring = false),
      onSettled: () => this.#loop.wake(),
    };
    return makeCrew(this.#options, events, { defer: (run) => this.#defer(run), onUnexpected: this.#logUnexpected });
  }

  #makeLoop(): TurnLoop {
    const { pollWindowMs = 0, turnMsMax = 5 } = this.#options;
    return new TurnLoop({
      clock: this.#clock,
      defer: this.#defer,
      turnMsMax,
      pollWindowMs,
      takeStep: () => this.#takeStep(),
      canGoOn: () => this.#canGoOn,
      isRunning: () => this.#state === 'running',
      dueInMs: () => this.#crew.expiresInMs,
      onTurnEnd: () => this.#crew.flush(),
      onSleep: () => {
        this.#crew.rest();
        if (this.#isIdle) this.#onIdle?.();
      },
    });
  }

  #submit(source: JobSource, bytes: Uint8Array, respond: (answer: Answer) => void): void {
    const receivedAt = this.#clock.now();
    if (this.#answerPoint(source, bytes, receivedAt, respond)) return;
    const parsed = parseQuery(bytes, source.from);
    const parsedAt = this.#clock.now();
    const { name, access, head } = parsed.ok ? parsed.query : parsed.rejected;
    const facts = {
      number: ++this.#queries,
      source,
      name,
      access,
      head,
      size: bytes.byteLength,
      receivedAt,
      parsedAt,
      respond,
    };
    const job = new Job(facts, parsed.ok ? parsed.query : undefined);
    if (parsed.ok && this.#crew.wantsBytes) job.bytes = Buffer.from(bytes);
    this.#metrics.received(name);
    source.pendingCount++;
    if (!parsed.ok) this.#reject(job, parsed.rejected.error, false);
    else this.#enqueue(job);
  }

  #openLong(source: JobSource, respond: (answer: Answer) => void, onDrain: () => void): LongQuery {
    this.#loop.wake();
    return this.#long.open(++this.#queries, source, respond, onDrain);
  }

  #openWait(subject: WaitSubject): Wait | undefined {
    const { waits } = this.#options;
    return waits.openCount < waits.max ? waits.open(subject) : undefined;
  }

  #dropLong(query: LongQuery): void {
    this.#long.drop(query);
    this.#loop.wake();
  }

  #refuseText(source: JobSource, error: FusionError, respond: (answer: Answer) => void): void {
    const now = this.#clock.now();
    const facts = { number: ++this.#queries, source, name: undefined, access: 'read' as const, head: plainHead };
    source.pendingCount++;
    this.#metrics.received(undefined);
    this.#reject(new Job({ ...facts, size: 0, receivedAt: now, parsedAt: now, respond }, undefined), error, false);
  }

  /** A point read whose turn it is as it comes needs no place in the queue: nothing is in its way, and it is in nobody's. */
  #answerPoint(source: JobSource, bytes: Uint8Array, receivedAt: number, respond: (answer: Answer) => void): boolean {
    const isItsTurn = this.#state === 'running' && this.#scheduler.isOpenToReads && !this.#isExpiring;
    if (!isItsTurn || source.from === 'bulk' || source.isClosed || this.#isExpiryDue) return false;
    const answer = this.#crew.readPoint(bytes);
    if (!answer) return false;
    this.#queries++;
    this.#metrics.received(answer.name);
    this.#metrics.executed('read', 0, this.#clock.now() - receivedAt);
    this.#loop.lookOn(receivedAt);
    respond(answer);
    return true;
  }

  #enqueue(job: Job): void {
    const refusal = this.#enter(job);
    if (refusal !== undefined) {
      this.#reject(job, new FusionError(5000, refusal), true);
      return;
    }
    if (job.access === 'read' && job.isQueued) this.#crew.awaitPause();
    this.#loop.extend(job.facts.parsedAt);
    this.#loop.wake();
  }

  /** Why a query cannot be queued; `undefined` when it is. */
  #enter(job: Job): string | undefined {
    // What had come whole before is still carried out.
    if (this.#state === 'closed' || (this.#state === 'draining' && !job.long)) return stopping;
    return this.#queue.enter(job);
  }

  /** Answers a query without its turn; a write still waits for the earlier writes of its connection. */
  #reject(job: Job, error: FusionError, isRefused: boolean): void {
    this.#metrics.failed(job.facts.name);
    const bytes = composeResponse(job.facts.name, job.facts.head, { ok: false, error });
    job.answer = { hasFailed: true, isRefused, bytes };
    this.#release(this.#scheduler.submitFinished(job));
  }

  /** What has expired is taken out first, so no query ever meets it. */
  #takeStep(): void {
    if (this.#isExpiryDue) {
      if (!this.#scheduler.isQuiet || this.#isExpiring) return;
      this.#isExpiring = true;
      this.#crew.expire(expiredAtOnceMax);
    } else {
      const job = this.#isExpiring ? undefined : this.#scheduler.start();
      if (job) this.#start(job);
    }
  }

  get #isExpiryDue(): boolean {
    // Taking out is a write, so it waits for the end of one that has been begun.
    return !this.#scheduler.isPaused && this.#crew.expiresInMs <= 0;
  }

  /** Whether another step can be taken before the crew has done something. */
  get #canGoOn(): boolean {
    if (this.#isExpiring) return false;
    return this.#isExpiryDue ? this.#scheduler.isQuiet : this.#scheduler.canStart;
  }

  get #isIdle(): boolean {
    return this.#scheduler.isIdle && this.#long.count === 0;
  }

  #start(job: Job): void {
    if (!job.isBegun) this.#queue.leave(job, this.#state === 'closed' ? 'failed' : 'done');
    job.startedAt ||= this.#clock.now();
    const { query, long } = job;
    if (this.#state === 'closed') this.#finish(job, refuse(job, stopping));
    else if (job.isBegun || long) this.#crew.goOn(job);
    // A read that nobody waits for any more changes nothing.
    else if (!query || (job.connection.isClosed && job.access === 'read')) this.#release(this.#scheduler.finish(job));
    else if (isAboutServer(query)) this.#finish(job, this.#describeServer(query));
    else this.#crew.carryOut(job, query);
  }

  #describeServer(query: Query): Result {
    return runQuery(query, (asked) => describeServer(asked, this.#facts), this.#clock, this.#logUnexpected);
  }

  readonly #logUnexpected = ({ name }: Pick<Query, 'name'>, err: unknown): void =>
    this.#log.error('a query failed unexpectedly', { query: name, err });

  #finish(job: Job, result: Result): void {
    const { hasFailed, isRefused, bytes } = result;
    const { name, head } = job.facts;
    const times = timesOf(job, result, this.#clock.now());
    if (hasFailed) this.#metrics.failed(name);
    this.#metrics.executed(job.access, times.queueMs, times.executorMs);
    job.answer = { hasFailed, isRefused, bytes: head.wantsMetrics ? addMetrics(bytes, head, times) : bytes };
    this.#release(this.#scheduler.finish(job));
  }

  #release(jobs: readonly Job[]): void {
    for (const { answer, connection, facts, long } of jobs) {
      connection.pendingCount--;
      long?.settle();
      if (answer && !connection.isClosed) facts.respond(answer);
      connection.onAnswered?.();
    }
  }

  async #giveUp(): Promise<void> {
    this.#state = 'closed';
    this.#loop.close();
    this.#long.refuseAll(stopping, 'all');
    // What is in hand is told to be refused first, so that what waits can start.
    const closed = this.#crew.close();
    for (let job = this.#scheduler.start(); job; job = this.#scheduler.start()) this.#start(job);
    this.#onIdle?.();
    await closed;
  }

  #stats(): ServerStats {
    const { evicted, expired } = this.#crew.losses;
    return {
      timestamp: Math.floor(this.#clock.wallNow() / 1000),
      totalQueries: this.#queries,
      ...this.#clients.counts(),
      evicted,
      expired,
    };
  }
}
