import { assert } from '@syncytium/kit';
import { Kind, type MatchRequest, type Waiter } from './kind.js';
import { KindIndex } from './kind-index.js';
import type { Profile } from './profile.js';
import { SweptMap } from './swept-map.js';

/** The waiting requests of one event that ask for the same number of mates. */
export class Tier<R extends MatchRequest> {
  readonly mates: number;
  readonly index = new KindIndex<R>();
  readonly #kinds: SweptMap<Profile, Kind<R>>;
  #size = 0;

  constructor(mates: number) {
    this.mates = mates;
    this.#kinds = new SweptMap((profile) => new Kind<R>(profile, mates));
  }

  /** Number of waiters. */
  get size(): number {
    return this.#size;
  }

  kinds(): Iterable<Kind<R>> {
    return this.#kinds.values();
  }

  add(waiter: Waiter<R>): void {
    const kind = this.#kinds.ensure(waiter.request.profile);
    const isNew = kind.isEmpty;
    kind.append(waiter);
    if (isNew) this.index.add(kind);
    this.#size++;
  }

  remove(waiter: Waiter<R>): void {
    const { kind } = waiter;
    assert(kind, 'a waiter is of a kind');
    const hasNewOldest = kind.remove(waiter);
    this.#size--;
    if (kind.isEmpty) {
      this.index.remove(kind);
      this.#kinds.noteEmpty();
    } else if (hasNewOldest) {
      this.index.grown(kind);
    }
  }
}
