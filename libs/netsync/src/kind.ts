import type { HeapItem } from './heap.js';
import type { Profile } from './profile.js';

/** What the matcher has to know of a request. */
export interface MatchRequest {
  /** Unique among the waiting requests. */
  readonly id: string;
  readonly event: string;
  readonly profile: Profile;
  /** How many others must be in its group. */
  readonly mates: number;
  /** When it gives up, in milliseconds of the caller's clock; `Infinity` when never. */
  deadline: number;
}

/** A request that waits. Those of one kind form a list from the oldest to the newest. */
export class Waiter<R extends MatchRequest = MatchRequest> implements HeapItem {
  readonly request: R;
  /** Place in the order of arrival. */
  readonly order: number;
  /** Place among the deadlines. */
  heapAt = -1;
  kind: Kind<R> | undefined;
  older: Waiter<R> | undefined;
  newer: Waiter<R> | undefined;

  constructor(request: R, order: number) {
    this.request = request;
    this.order = order;
  }
}

/**
 * The waiting requests of one event that differ in nothing but age and payload: same profile, same mates. The search
 * looks at kinds, so a thousand requests of one kind cost it no more than one.
 */
export class Kind<R extends MatchRequest = MatchRequest> {
  readonly profile: Profile;
  readonly mates: number;
  oldest: Waiter<R> | undefined;
  newest: Waiter<R> | undefined;
  size = 0;
  /** Where the index holds this kind. */
  readonly places: Place<R>[] = [];

  constructor(profile: Profile, mates: number) {
    this.profile = profile;
    this.mates = mates;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  append(waiter: Waiter<R>): void {
    waiter.kind = this;
    waiter.older = this.newest;
    if (this.newest) this.newest.newer = waiter;
    else this.oldest = waiter;
    this.newest = waiter;
    this.size++;
  }

  /** `true` when the oldest waiter is now another one. */
  remove(waiter: Waiter<R>): boolean {
    const wasOldest = this.oldest === waiter;
    if (waiter.older) waiter.older.newer = waiter.newer;
    else this.oldest = waiter.newer;
    if (waiter.newer) waiter.newer.older = waiter.older;
    else this.newest = waiter.older;
    waiter.kind = waiter.older = waiter.newer = undefined;
    this.size--;
    return wasOldest;
  }

  /** The arrival of its oldest waiter; kinds are ranked by it. */
  get order(): number {
    return this.oldest?.order ?? Infinity;
  }
}

/** A kind's place in one bucket of the index. */
export class Place<R extends MatchRequest = MatchRequest> implements HeapItem {
  heapAt = -1;

  constructor(
    readonly kind: Kind<R>,
    /** Changes when the bucket is divided. */
    public bucket: PlaceHolder<R>,
  ) {}
}

/** The side of a bucket that its places know. */
export interface PlaceHolder<R extends MatchRequest> {
  remove(place: Place<R>): void;
  grown(place: Place<R>): void;
}
