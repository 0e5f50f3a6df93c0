import { assert } from '@syncytium/kit';
import type { Work } from './crowd.js';
import { findClique, type SearchBudget } from './find-clique.js';
import type { Kind, MatchRequest, Waiter } from './kind.js';
import { buildMatchGraph, eligibleWaiters, matchGraphWords, matchGraphWordsMax } from './match-graph.js';
import type { Profile } from './profile.js';
import type { SearchLimits } from './search-limits.js';
import { takeInTurn } from './take-in-turn.js';
import { Tier } from './tier.js';

/** What looking at one candidate costs. */
const candidateWork = 20;

/** The waiting requests of one event. */
export class Pool<R extends MatchRequest> {
  /** By mates, ascending; only those with waiters. */
  readonly #tiers: Tier<R>[] = [];
  /** The last tier that was left by all: the next waiter is likely to need it again. */
  #spare: Tier<R> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  add(waiter: Waiter<R>): void {
    this.#tier(waiter.request.mates).add(waiter);
    this.#size++;
  }

  remove(waiter: Waiter<R>): void {
    const at = this.#tiers.findIndex(({ mates }) => mates === waiter.request.mates);
    const tier = this.#tiers[at];
    assert(tier, 'a waiter is in the tier of its mates');
    tier.remove(waiter);
    this.#size--;
    if (tier.size > 0) return;
    this.#tiers.splice(at, 1);
    this.#spare = tier;
  }

  /**
   * The waiters that form a group with the newcomer, from the oldest: the smallest group, and of those the one that
   * comes first in the order of arrival. `undefined` when there is none, `exhausted` when the limits did not allow to tell.
   *
   * A group holds only requests that ask for at most as many others as there are, and one that asks for exactly as many.
   * So only sizes that somebody asks for are tried. That the second half holds need not be checked: among requests that
   * all match and all ask for fewer, some are a smaller group, which would have been found before.
   */
  findMates({ profile, mates }: R, limits: SearchLimits): Waiter<R>[] | undefined | 'exhausted' {
    if (mates === 0) return [];
    const candidates: Kind<R>[] = [];
    let collected = 0;
    let waiting = 0;
    let next = 0;
    const effort: Effort = {
      turnWorkMax: limits.turnWorkMax,
      compare: { left: limits.compareWorkMax },
      search: { words: limits.searchWordsMax },
    };
    for (let need = mates; ; need = this.#tiers[next]?.mates ?? Infinity) {
      for (; (this.#tiers[next]?.mates ?? Infinity) <= need; next++) waiting += this.#tiers[next]?.size ?? 0;
      if (need === 1) {
        const oldest = this.#tiers[0]?.mates === 1 ? this.#tiers[0].index.oldest(profile)?.oldest : undefined;
        if (oldest) return [oldest];
      } else if (waiting >= need) {
        for (; collected < next; collected++)
          this.#tiers[collected]?.index.some(profile, (kind) => {
            candidates.push(kind);
            return false;
          });
        // Tiers come in the order of mates, so whoever asks for so many was found last.
        const isAskedFor = need === mates || candidates.at(-1)?.mates === need;
        const found = isAskedFor ? findAmong(candidates, need, effort) : undefined;
        if (found) return found;
      }
      if (next >= this.#tiers.length || need > this.#size) return undefined;
    }
  }

  /** Calls back for the kinds that match the profile, until a call returns `true`. */
  someMatching(profile: Profile, visit: (kind: Kind<R>) => boolean): void {
    for (const { index } of this.#tiers) if (index.some(profile, visit)) return;
  }

  /** The oldest request of each kind, `max` of them at most. */
  sample(max: number): R[] {
    const found: R[] = [];
    for (const tier of this.#tiers) {
      for (const { oldest } of tier.kinds()) {
        if (found.length >= max) return found;
        if (oldest) found.push(oldest.request);
      }
    }
    return found;
  }

  #tier(mates: number): Tier<R> {
    const at = this.#tiers.findIndex((tier) => tier.mates >= mates);
    const known = this.#tiers[at];
    if (known?.mates === mates) return known;
    const tier = this.#spare?.mates === mates ? this.#spare : new Tier<R>(mates);
    this.#tiers.splice(at < 0 ? this.#tiers.length : at, 0, tier);
    return tier;
  }
}

/** What one arrival may still do, over all sizes of groups that are tried. */
interface Effort {
  /** Anew for each size. */
  readonly turnWorkMax: number;
  readonly compare: Work;
  readonly search: SearchBudget;
}

/** The search among kinds that all match the newcomer. */
function findAmong<R extends MatchRequest>(
  kinds: readonly Kind<R>[],
  need: number,
  { turnWorkMax, compare, search }: Effort,
): Waiter<R>[] | undefined | 'exhausted' {
  let usable = 0;
  for (const { size, profile } of kinds) usable += profile.matchesItself ? Math.min(size, need) : 1;
  compare.left -= kinds.length * candidateWork;
  if (usable < need) return compare.left < 0 ? 'exhausted' : undefined;
  const waiters = eligibleWaiters(kinds, need);
  const turn: Work = { left: turnWorkMax };
  const taken = takeInTurn(waiters, need, turn);
  if (taken) return taken;
  compare.left -= waiters.length * candidateWork + turnWorkMax - turn.left;
  // The search keeps a set for each member it has chosen.
  if (matchGraphWords(Math.max(kinds.length, need), usable) > matchGraphWordsMax) return 'exhausted';
  const graph = buildMatchGraph(waiters, compare);
  return graph ? findClique(graph, need, search) : 'exhausted';
}
