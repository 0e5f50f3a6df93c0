import { clearBit, countBits, firstBit, fullBitset, intersectInto, intersects, setBit, type Bitset } from './bitset.js';
import type { MatchRequest, Waiter } from './kind.js';
import type { MatchGraph } from './match-graph.js';

/** How much a search may do, counted down in 32-bit words touched; below zero it has to stop. */
export interface SearchBudget {
  words: number;
}

export interface CliqueQuery {
  /** How many waiters, at least 1. */
  readonly need: number;
  /** At least one of them must ask for this many mates; any will do when absent. */
  readonly withMates: number | undefined;
}

/**
 * The `need` waiters that all match each other and are, as a list from the oldest, the first in the order of arrival;
 * `undefined` when there are none. `exhausted` when the budget did not suffice to tell.
 *
 * A depth-first search that tries the oldest first. When a waiter leads to nothing, neither does a younger one of its
 * kind: in any group with the younger, the older could stand in its place.
 */
export function findClique<R extends MatchRequest>(
  { waiters, matching, sameKind }: MatchGraph<R>,
  { need, withMates }: CliqueQuery,
  budget: SearchBudget,
): Waiter<R>[] | undefined | 'exhausted' {
  const count = waiters.length;
  const wanted = withMates === undefined ? undefined : bitsWhere(waiters, ({ request }) => request.mates === withMates);
  const pools: Bitset[] = [fullBitset(count)];
  const chosen: number[] = [];
  let hasFailed = false;

  for (;;) {
    const depth = chosen.length;
    const pool = pools[depth] ?? fullBitset(count);
    if (budget.words < 0) return 'exhausted';
    budget.words -= 4 * pool.length + 8;
    const missing = need - depth;
    const isHopeless =
      countBits(pool) < missing ||
      (wanted !== undefined && !hasWanted(chosen, pool, wanted, missing)) ||
      (hasFailed && !mayHoldClique(pool, matching, missing, budget));
    if (isHopeless) {
      const last = chosen.pop();
      if (last === undefined) return undefined;
      hasFailed = true;
      removeAll(pools[depth - 1], sameKind[last]);
      continue;
    }
    const next = firstBit(pool);
    chosen.push(next);
    if (chosen.length === need) return chosen.flatMap((i) => waiters[i] ?? []);
    const below = (pools[depth + 1] ??= new Uint32Array(pool.length));
    const neighbours = matching[next];
    if (neighbours) intersectInto(below, pool, neighbours);
    clearBit(below, next);
  }
}

/** Whether a wanted one is chosen or can still be; the last place left is kept for one. Narrows the pool. */
function hasWanted(chosen: readonly number[], pool: Bitset, wanted: Bitset, missing: number): boolean {
  if (chosen.some((i) => ((wanted[i >>> 5] ?? 0) >>> (i & 31)) & 1)) return true;
  if (missing === 1) intersectInto(pool, pool, wanted);
  return intersects(pool, wanted);
}

/**
 * Whether the pool may hold `size` waiters that all match: sorts them into classes within which nobody matches anybody,
 * so that a clique has at most one of each class. With fewer classes than `size` there is no clique.
 */
function mayHoldClique(pool: Bitset, matching: readonly Bitset[], size: number, budget: SearchBudget): boolean {
  const left = pool.slice();
  for (let classes = 0; classes < size; classes++) {
    const candidates = left.slice();
    let next = firstBit(candidates);
    if (next < 0) return false;
    for (; next >= 0; next = firstBit(candidates)) {
      budget.words -= 2 * pool.length;
      clearBit(left, next);
      clearBit(candidates, next);
      removeAll(candidates, matching[next]);
    }
  }
  return true;
}

function removeAll(bits: Bitset | undefined, others: Bitset | undefined): void {
  if (!bits || !others) return;
  for (let word = 0; word < bits.length; word++) bits[word] = (bits[word] ?? 0) & ~(others[word] ?? 0);
}

function bitsWhere<T>(items: readonly T[], holds: (item: T) => boolean): Bitset {
  const bits = new Uint32Array((items.length + 31) >>> 5);
  items.forEach((item, i) => {
    if (holds(item)) setBit(bits, i);
  });
  return bits;
}
