import { Heap } from './heap.js';
import type { Kind, MatchRequest, Place, PlaceHolder } from './kind.js';
import type { Profile } from './profile.js';
import { findObstacle, type Bound, type Trait } from './trait.js';

/** So many kinds must have been looked at in vain before a bucket looks for what they have in common. */
const rejectedMin = 32;
/** Of the kinds looked at in vain, as many as one in this many must share a trait to be set apart. */
const shareMin = 4;
/** Most kinds examined for a common trait. */
const sampleMax = 256;
/** Most parts of one bucket; each is one more look for every search. */
const partsMax = 64;
/** Most parts within each other. */
const depthMax = 32;
/** A search that looks in vain at one kind in this many, where nothing more can be set apart, is reason to begin anew. */
const staleShareMin = 8;

/** A part of a bucket: all its kinds that have the trait. */
interface Part<R extends MatchRequest> {
  readonly trait: Trait;
  readonly bucket: Bucket<R>;
}

/**
 * A set of kinds that is searched for those that match a newcomer. It learns from searches: when many kinds turned out
 * not to match, those with the commonest obstacle are set apart, and are from then on ruled out by one look at it. So
 * the cost of a search follows the kinds that match and the number of different obstacles, not the kinds that do not
 * match. How it is divided never changes what is found.
 */
export class Bucket<R extends MatchRequest> implements PlaceHolder<R> {
  readonly #heap = new Heap<Place<R>>(ageRank);
  readonly #parent: Bucket<R> | undefined;
  readonly #root: Bucket<R>;
  readonly #depth: number;
  #parts: Part<R>[] | undefined;
  #size = 0;
  /** Divides when a search has looked at so many kinds in vain; doubles when nothing common was found. */
  #divideAt = rejectedMin;
  /** Only of the outermost bucket: what is set apart is of no use any more. */
  #isStale = false;

  constructor(parent?: Bucket<R>) {
    this.#parent = parent;
    this.#root = parent ? parent.#root : this;
    this.#depth = parent ? parent.#depth + 1 : 0;
  }

  /** Number of kinds, those of all parts included. */
  get size(): number {
    return this.#size;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  add(place: Place<R>): void {
    this.#size++;
    const part = this.#parts?.find(({ trait }) => trait.isOf(place.kind.profile));
    if (part) {
      part.bucket.add(place);
    } else {
      place.bucket = this;
      this.#heap.push(place);
    }
  }

  remove(place: Place<R>): void {
    this.#heap.remove(place);
    this.#shrink();
  }

  grown(place: Place<R>): void {
    this.#heap.grown(place);
  }

  /** The matching kind whose oldest waiter is oldest, when it is older than that of `best`; else `best`. */
  oldest(newcomer: Profile, best?: Kind<R>): Kind<R> | undefined {
    const { items } = this.#heap;
    const rejected: Kind<R>[] = [];
    // What is below an item of a heap is younger, so there is nothing to look for below one that matches.
    const visit = (at: number): void => {
      const kind = items[at]?.kind;
      if (kind === undefined || (best && kind.order > best.order)) return;
      if (kind.profile.matches(newcomer)) {
        best = kind;
        return;
      }
      rejected.push(kind);
      visit(2 * at + 1);
      visit(2 * at + 2);
    };
    visit(0);
    if (this.#parts) {
      for (const { trait, bucket } of this.#parts) {
        if (!trait.rulesOut(newcomer)) best = bucket.oldest(newcomer, best);
      }
    }
    this.#learn(newcomer, rejected);
    return best;
  }

  /** Calls back for the matching kinds, in no order, until a call returns `true`: then it returns `true`. */
  some(newcomer: Profile, visit: (kind: Kind<R>) => boolean): boolean {
    const rejected: Kind<R>[] = [];
    let isEnough = false;
    for (const { kind } of this.#heap.items) {
      if (!kind.profile.matches(newcomer)) rejected.push(kind);
      else if ((isEnough = visit(kind))) break;
    }
    for (const { trait, bucket } of this.#parts ?? []) {
      if (isEnough) break;
      if (!trait.rulesOut(newcomer)) isEnough = bucket.some(newcomer, visit);
    }
    this.#learn(newcomer, rejected);
    return isEnough;
  }

  #learn(newcomer: Profile, rejected: readonly Kind<R>[]): void {
    if (rejected.length >= this.#divideAt) this.#divide(newcomer, rejected);
    if (this.#isStale) this.#unite();
  }

  #divide(newcomer: Profile, rejected: readonly Kind<R>[]): void {
    if ((this.#parts?.length ?? 0) >= partsMax || this.#depth >= depthMax) {
      this.#root.#isStale ||= rejected.length * staleShareMin >= this.#root.size;
      return;
    }
    const trait = commonObstacle(newcomer, rejected);
    if (trait) {
      this.#setApart(trait);
      this.#divideAt = rejectedMin;
    } else {
      this.#divideAt = rejected.length * 2;
    }
  }

  /** Takes back all that was set apart. */
  #unite(): void {
    this.#isStale = false;
    for (const { bucket } of this.#parts ?? []) {
      bucket.#unite();
      for (const place of bucket.#heap.items) {
        place.bucket = this;
        this.#heap.push(place);
      }
    }
    this.#parts = undefined;
  }

  #setApart(trait: Trait): void {
    const bucket = new Bucket<R>(this);
    this.#heap.moveTo(bucket.#heap, ({ kind }) => trait.isOf(kind.profile));
    for (const place of bucket.#heap.items) place.bucket = bucket;
    bucket.#size = bucket.#heap.size;
    (this.#parts ??= []).push({ trait, bucket });
  }

  #shrink(): void {
    this.#size--;
    if (this.#parent) this.#parent.#partShrank(this);
  }

  #partShrank(part: Bucket<R>): void {
    if (part.size === 0) this.#parts = this.#parts?.filter(({ bucket }) => bucket !== part);
    this.#shrink();
  }
}

/** Kinds are ranked by their oldest waiter. */
function ageRank({ kind }: Place): number {
  return kind.order;
}

/** The trait that most of the rejected have in common as their obstacle, when it is a fair share of them. */
function commonObstacle(newcomer: Profile, rejected: readonly Kind[]): Trait | undefined {
  const exact = new Map<string, Trait[]>();
  const wide = new Map<string, Trait[]>();
  const bounds = new Map<string, Bound[]>();
  // From all parts of the list, for it may be in some order.
  const step = Math.max(1, Math.floor(rejected.length / sampleMax));
  let sampled = 0;
  for (let i = 0; i < rejected.length; i += step, sampled++) {
    const profile = rejected[i]?.profile;
    const obstacle = profile && findObstacle(newcomer, profile);
    if (!obstacle) continue;
    addTo(exact, obstacle.exact.text, obstacle.exact);
    if (obstacle.wide) addTo(wide, obstacle.wide.text, obstacle.wide);
    if (obstacle.bound) addTo(bounds, obstacle.bound.scale, obstacle.bound);
  }
  const isShare = (count: number): boolean => count * shareMin >= sampled;
  for (const traits of [largest(exact), largest(wide)]) {
    if (isShare(traits.length)) return traits[0];
  }
  // Of those in an order the further half is set apart, so that whatever is asked next, few are looked at soon.
  const scale = largest(bounds).sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  const middle = scale.length >> 1;
  return isShare(scale.length - middle) ? scale[middle]?.toTrait() : undefined;
}

function addTo<T>(groups: Map<string, T[]>, name: string, item: T): void {
  const group = groups.get(name);
  if (group) group.push(item);
  else groups.set(name, [item]);
}

/** The largest group, the first of equal ones. */
function largest<T>(groups: ReadonlyMap<string, T[]>): T[] {
  let found: T[] = [];
  for (const group of groups.values()) if (group.length > found.length) found = group;
  return found;
}
