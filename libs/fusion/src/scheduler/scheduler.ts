import { assert, BoundedQueue } from '@syncytium/kit';

/** What a scheduler has to know of a query. */
export interface Schedulable {
  /** Reads run side by side, a write beside none. */
  readonly access: 'read' | 'write';
  /** Whose write responses keep their order. */
  readonly connection: object;
  /** A write that is carried out in parts, between which reads run: no other write starts before it is finished. */
  readonly isInParts?: boolean;
  /** Kept by the scheduler: whether it is a write that has finished, and only those before it hold its response back. */
  isFinished?: boolean;
}

export interface SchedulerOptions {
  /** Most reads that run at the same time: those in hand of all threads. */
  readonly readsMax: number;
  /**
   * Most writes that run at the same time. They only seem to: whoever runs them does so one after the other, in the
   * order they started, so that the next is at hand when one is done.
   */
  readonly writesMax: number;
  /** Most queries that wait for their turn. */
  readonly queueMax: number;
}

/**
 * Decides which query may run when and whose response may leave when; runs nothing and knows neither threads nor time.
 *
 * A query is *queued*, then *running*, then *finished*, then *released*. Queries start strictly in the order received:
 * what follows each other and is of one kind, reads or writes, runs as one batch; a write never starts while a read runs,
 * nor the reverse. So neither kind can starve the other. A read is released when it is finished; a write when it and all
 * earlier writes of its connection are.
 *
 * @see docs/spec/fusion.md
 */
export class Scheduler<Q extends Schedulable> {
  readonly #runningMax: Readonly<Record<Schedulable['access'], number>>;
  readonly #queue: BoundedQueue<Q>;
  /** Few, and mostly the first is the first to finish. */
  readonly #running: Q[] = [];
  /** A write in parts that has let others go on, and how many reads may start before it goes on itself. */
  #paused: Q | undefined;
  #admitted = 0;
  /**
   * Writes that are not released, by connection, in the order received. A connection keeps its queue: maps whose entries
   * come and go keep the old ones alive until the whole heap is collected.
   */
  readonly #writes = new WeakMap<object, BoundedQueue<Q>>();

  constructor({ readsMax, writesMax, queueMax }: SchedulerOptions) {
    this.#runningMax = { read: readsMax, write: writesMax };
    this.#queue = new BoundedQueue(queueMax);
  }

  /** Queries that wait for their turn. */
  get queuedCount(): number {
    return this.#queue.size;
  }

  /** Nothing runs. */
  get isQuiet(): boolean {
    return this.#running.length === 0 && !this.#paused;
  }

  /** Whether a write in parts has let others go on. */
  get isPaused(): boolean {
    return this.#paused !== undefined;
  }

  /** Nothing waits and nothing runs. */
  get isIdle(): boolean {
    return this.#queue.size === 0 && this.isQuiet;
  }

  /** Whether {@link Scheduler.start} would give a query now. */
  get canStart(): boolean {
    const next = this.#queue.peek();
    if (this.#paused) return this.#running.length === 0 || this.#isAdmitted(next);
    return next !== undefined && this.#mayStart(next);
  }

  /** Whether a read that came now could start at once and beside all that runs: nothing waits, and no write runs. */
  get isOpenToReads(): boolean {
    if (this.#queue.size > 0) return false;
    const [running] = this.#running;
    return running?.access !== 'write';
  }

  /** Queues a query; `false`, and no change, when the queue is full. */
  submit(query: Q): boolean {
    if (!this.#queue.push(query)) return false;
    if (query.access === 'write') this.#writesOf(query.connection).push(query);
    return true;
  }

  /**
   * Takes a query that needs no turn, because it is answered already. Gives the queries that are released by that: a
   * write keeps its place among the writes of its connection even so.
   */
  submitFinished(query: Q): readonly Q[] {
    if (query.access === 'read') return [query];
    this.#writesOf(query.connection).push(query);
    query.isFinished = true;
    return this.#release(query.connection);
  }

  /** The next query that may start now, which is running from now on; `undefined` while there is none. */
  start(): Q | undefined {
    const next = this.#queue.peek();
    if (this.#paused) return this.#startInPause(this.#paused, next);
    if (!next || !this.#mayStart(next)) return undefined;
    return this.#startNext(next);
  }

  /**
   * A running write has done a part of what it does. The reads that wait at the head of the queue may start, as many as may
   * run, unless writes that started behind it still run; then {@link Scheduler.start} gives the write again, from now on as one
   * in parts. So neither can starve the other.
   */
  pause(query: Q): void {
    this.#stop(query);
    this.#paused = query;
    this.#admitted = 0;
    // Those that run started behind it, and what waits came after them.
    if (this.#running.length > 0) return;
    for (const { access } of this.#queue) {
      if (access === 'write' || this.#admitted === this.#runningMax.read) break;
      this.#admitted++;
    }
  }

  /** A running query has finished. Gives the queries that are released by that, in the order their responses leave. */
  finish(query: Q): readonly Q[] {
    this.#stop(query);
    if (query.access === 'read') return [query];
    query.isFinished = true;
    return this.#release(query.connection);
  }

  /** What a queued query waits for: what runs, and what is queued ahead of it; at most `max` of them. */
  ahead(query: Q, max: number): readonly Q[] {
    const ahead: Q[] = [...(this.#paused ? [this.#paused] : []), ...this.#running].slice(0, max);
    for (const other of this.#queue) {
      if (other === query || ahead.length >= max) break;
      ahead.push(other);
    }
    return ahead;
  }

  #startNext(next: Q): Q {
    this.#queue.shift();
    this.#running.push(next);
    return next;
  }

  #startInPause(paused: Q, next: Q | undefined): Q | undefined {
    if (next && this.#isAdmitted(next)) {
      this.#admitted--;
      return this.#startNext(next);
    }
    if (this.#running.length > 0) return undefined;
    this.#paused = undefined;
    this.#running.push(paused);
    return paused;
  }

  #isAdmitted(next: Q | undefined): boolean {
    return next?.access === 'read' && this.#admitted > 0 && this.#running.length < this.#runningMax.read;
  }

  #mayStart(query: Q): boolean {
    if (this.#running.length === 0) return true;
    // Whatever runs is all of one kind, so one of them tells.
    const [running] = this.#running;
    if (query.isInParts === true || running?.isInParts === true) return false;
    return query.access === running?.access && this.#running.length < this.#runningMax[query.access];
  }

  #stop(query: Q): void {
    const index = this.#running.indexOf(query);
    assert(index >= 0, 'a query stopped that was not running');
    this.#running.splice(index, 1);
  }

  #writesOf(connection: object): BoundedQueue<Q> {
    let writes = this.#writes.get(connection);
    if (!writes) this.#writes.set(connection, (writes = new BoundedQueue(Number.MAX_SAFE_INTEGER)));
    return writes;
  }

  /** The finished writes that no unfinished one of the connection precedes. */
  #release(connection: object): readonly Q[] {
    const writes = this.#writesOf(connection);
    const released: Q[] = [];
    for (let write = writes.peek(); write?.isFinished; write = writes.peek()) {
      writes.shift();
      released.push(write);
    }
    return released;
  }
}
