import { ChurnMap } from '@syncytium/kit';
import { Heap } from './heap.js';
import { Waiter, type Kind, type MatchRequest } from './kind.js';
import { Pool } from './pool.js';
import type { SearchLimits } from './search-limits.js';
import { SweptMap } from './swept-map.js';

/** What became of a request that arrived. */
export type Decision<R extends MatchRequest> =
  /** Nobody to sync with yet: it waits. */
  | { readonly kind: 'wait' }
  /** It syncs: the newcomer, then the others from the oldest; all of them have left. */
  | { readonly kind: 'group'; readonly members: readonly R[] }
  /** Whether it syncs could not be told within the work that one arrival may cost; it was not let in. */
  | { readonly kind: 'refused' };

/** What is left out stays at its default. */
export type MatcherOptions = Partial<SearchLimits>;

const defaultSearchLimits: SearchLimits = { turnWorkMax: 2 ** 23, compareWorkMax: 2 ** 25, searchWordsMax: 2 ** 22 };

/** An empty pool takes a few KiB, but making one anew costs as much as all else that a pair does. */
const emptyPoolsMin = 1024;

/**
 * Decides which requests sync. A request is answered as soon as it and others of its event form a *group*: every two
 * match, and there are as many others as the one who asks for most. The smallest group wins, and among groups of one
 * size the one whose members, from the oldest, came first.
 *
 * It knows no time, socket or chance: the same arrivals give the same groups.
 *
 * @see docs/spec/netsync.md
 */
export class Matcher<R extends MatchRequest> {
  readonly #pools = new SweptMap<string, Pool<R>>(() => new Pool<R>(), emptyPoolsMin);
  readonly #waiters = new ChurnMap<string, Waiter<R>>();
  readonly #deadlines = new Heap<Waiter<R>>(({ request }) => request.deadline);
  readonly #limits: SearchLimits;
  #arrivals = 0;

  constructor(options: MatcherOptions = {}) {
    this.#limits = { ...defaultSearchLimits, ...options };
  }

  /** Number of waiting requests. */
  get size(): number {
    return this.#waiters.size;
  }

  /** The earliest deadline of a waiting request; `Infinity` when none has one. */
  get nextDeadline(): number {
    return this.#deadlines.first?.request.deadline ?? Infinity;
  }

  has(id: string): boolean {
    return this.#waiters.has(id);
  }

  /** Number of waiting requests of one event. */
  sizeOf(event: string): number {
    return this.#pools.get(event)?.size ?? 0;
  }

  /** Waiting requests, the oldest first. */
  *waiting(): IterableIterator<R> {
    for (const { request } of this.#waiters.values()) yield request;
  }

  arrive(request: R): Decision<R> {
    const pool = this.#pools.get(request.event);
    if (request.mates === 0 || pool) {
      const mates = pool ? pool.findMates(request, this.#limits) : [];
      if (mates === 'exhausted') return { kind: 'refused' };
      if (mates) {
        for (const waiter of mates) this.#remove(waiter);
        return { kind: 'group', members: [request, ...mates.map((waiter) => waiter.request)] };
      }
    }
    this.#add(new Waiter(request, this.#arrivals++));
    return { kind: 'wait' };
  }

  /** Takes a waiting request out; `undefined` when it does not wait (any more). */
  leave(id: string): R | undefined {
    const waiter = this.#waiters.get(id);
    if (!waiter) return undefined;
    this.#remove(waiter);
    return waiter.request;
  }

  /** Gives a waiting request another deadline. */
  setDeadline(request: R, deadline: number): void {
    const waiter = this.#waiters.get(request.id);
    if (!waiter) return;
    if (waiter.heapAt >= 0) this.#deadlines.remove(waiter);
    request.deadline = deadline;
    if (deadline !== Infinity) this.#deadlines.push(waiter);
  }

  /** Takes out the request with the earliest deadline when that is not after `now`; `undefined` when there is none. */
  expire(now: number): R | undefined {
    const { first } = this.#deadlines;
    if (!first || first.request.deadline > now) return undefined;
    this.#remove(first);
    return first.request;
  }

  /**
   * Calls back for the kinds of waiting requests that match this one, itself included where it matches itself, in no
   * order and until a call returns `true`.
   */
  someMatching(request: R, visit: (kind: Kind<R>) => boolean): void {
    this.#pools.get(request.event)?.someMatching(request.profile, visit);
  }

  /** The oldest request of each kind that waits on an event, `max` of them at most. */
  sampleOf(event: string, max: number): R[] {
    return this.#pools.get(event)?.sample(max) ?? [];
  }

  #add(waiter: Waiter<R>): void {
    const { id, event, deadline } = waiter.request;
    this.#waiters.set(id, waiter);
    this.#pools.ensure(event).add(waiter);
    if (deadline !== Infinity) this.#deadlines.push(waiter);
  }

  #remove(waiter: Waiter<R>): void {
    const { id, event } = waiter.request;
    this.#waiters.delete(id);
    const pool = this.#pools.get(event);
    pool?.remove(waiter);
    if (pool?.isEmpty) this.#pools.noteEmpty();
    if (waiter.heapAt >= 0) this.#deadlines.remove(waiter);
  }
}
