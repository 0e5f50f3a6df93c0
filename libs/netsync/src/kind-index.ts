import type { Requirement } from '@syncytium/selector-parser';
import { Bucket } from './bucket.js';
import { Place, type Kind, type MatchRequest } from './kind.js';
import type { Profile } from './profile.js';
import { SweptMap } from './swept-map.js';

/** A requirement of more alternatives than this is indexed by its key alone. */
const alternativesMax = 16;

/**
 * Finds the kinds that match a newcomer without looking at all of them. Each kind stands under one thing its selector
 * demands (`actor=VM`, or that there is a label `tier` at all), so that only newcomers who have it look there; and under
 * each of its labels, for newcomers who demand that label. A search takes whichever side has fewer kinds.
 */
export class KindIndex<R extends MatchRequest> {
  /** Kinds whose selector demands no label to be present. */
  readonly #undemanding = new Bucket<R>();
  /** By what the kind demands: `key=value`, or `key`. */
  readonly #demanding = new SweptMap<string, Bucket<R>>(() => new Bucket<R>());
  /** By what the kind has: `key=value`. */
  readonly #labelled = new SweptMap<string, Bucket<R>>(() => new Bucket<R>());

  add(kind: Kind<R>): void {
    const { selector, labels } = kind.profile;
    const demands = this.#cheapestDemand(selector.requirements);
    if (demands) for (const demand of demands) this.#place(kind, this.#demanding.ensure(demand));
    else this.#place(kind, this.#undemanding);
    for (const key in labels) this.#place(kind, this.#labelled.ensure(`${key}=${labels[key] ?? ''}`));
  }

  remove(kind: Kind<R>): void {
    for (const place of kind.places) place.bucket.remove(place);
    kind.places.length = 0;
    this.#demanding.noteEmpty();
    this.#labelled.noteEmpty();
  }

  /** The kind's oldest waiter has left and it has others. */
  grown(kind: Kind<R>): void {
    for (const place of kind.places) place.bucket.grown(place);
  }

  /** The matching kind whose oldest waiter is oldest. */
  oldest(newcomer: Profile): Kind<R> | undefined {
    let best: Kind<R> | undefined;
    for (const bucket of this.#bucketsFor(newcomer)) best = bucket.oldest(newcomer, best);
    return best;
  }

  /** Calls back for the matching kinds, once each, in no order, until a call returns `true`: then it returns `true`. */
  some(newcomer: Profile, visit: (kind: Kind<R>) => boolean): boolean {
    return this.#bucketsFor(newcomer).some((bucket) => bucket.some(newcomer, visit));
  }

  #place(kind: Kind<R>, bucket: Bucket<R>): void {
    const place = new Place(kind, bucket);
    kind.places.push(place);
    bucket.add(place);
  }

  /** The demand under which the fewest others stand already; `undefined` when the selector demands nothing. */
  #cheapestDemand(requirements: readonly Requirement[]): readonly string[] | undefined {
    let cheapest: readonly string[] | undefined;
    let least = Infinity;
    for (const requirement of requirements) {
      const demands = demandsOf(requirement);
      if (!demands) continue;
      const size = sizeOf(this.#demanding, demands);
      if (size >= least) continue;
      cheapest = demands;
      least = size;
    }
    return cheapest;
  }

  /** Buckets that together hold every kind that can match. */
  #bucketsFor({ labels, selector }: Profile): Bucket<R>[] {
    const buckets = [this.#undemanding];
    let size = this.#undemanding.size;
    const take = (bucket: Bucket<R> | undefined): void => {
      if (!bucket || bucket.isEmpty) return;
      buckets.push(bucket);
      size += bucket.size;
    };
    for (const key in labels) {
      take(this.#demanding.get(key));
      take(this.#demanding.get(`${key}=${labels[key] ?? ''}`));
    }
    for (const { key, operator, values } of selector.requirements) {
      if (operator !== '=' && operator !== '==' && operator !== 'in') continue;
      const wanted = values.map((value) => `${key}=${value}`);
      const wantedSize = sizeOf(this.#labelled, wanted);
      if (wantedSize >= size) continue;
      buckets.length = size = 0;
      for (const label of wanted) take(this.#labelled.get(label));
    }
    return buckets;
  }
}

/** What a requirement demands, any one of which must be there; `undefined` when it also holds without the label. */
function demandsOf({ key, operator, values }: Requirement): readonly string[] | undefined {
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return values.length > alternativesMax ? [key] : values.map((value) => `${key}=${value}`);
    case 'exists':
    case 'gt':
    case 'lt':
      return [key];
    default:
      return undefined;
  }
}

function sizeOf<R extends MatchRequest>(buckets: SweptMap<string, Bucket<R>>, names: readonly string[]): number {
  let size = 0;
  for (const name of names) size += buckets.get(name)?.size ?? 0;
  return size;
}
