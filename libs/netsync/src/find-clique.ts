import { clearBit, countBits, firstBit, fullBitset, intersectInto, type Bitset } from './bitset.js';
import type { MatchRequest, Waiter } from './kind.js';
import type { MatchGraph } from './match-graph.js';

/** How much a search may do after its first attempt has failed: counted down in 32-bit words touched. */
export interface SearchBudget {
  words: number;
}

/**
 * The `need` waiters that all match each other and are, as a list from the oldest, the first in the order of arrival;
 * `undefined` when there are none. `exhausted` when the budget did not suffice to tell.
 *
 * A depth-first search that tries the oldest first. When a waiter leads to nothing, neither does a younger one of its
 * kind: in any group with the younger, the older could stand in its place. The first descent, which is all it takes when
 * everybody matches, costs nothing of the budget; it is the going back and trying again that may take for ever.
 */
export function findClique<R extends MatchRequest>(
  { waiters, matching, sameKind }: MatchGraph<R>,
  need: number,
  budget: SearchBudget,
): Waiter<R>[] | undefined | 'exhausted' {
  const able = withEnoughMatches(matching, need);
  const pools: Bitset[] = [able];
  const chosen: number[] = [];
  let hasFailed = false;

  for (;;) {
    const depth = chosen.length;
    const pool = pools[depth] ?? able;
    if (hasFailed) budget.words -= 4 * pool.length + 8;
    if (budget.words < 0) return 'exhausted';
    const missing = need - depth;
    const isHopeless = countBits(pool) < missing || (hasFailed && !mayHoldClique(pool, matching, missing, budget));
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

/** How often those who lost too many matches are looked for again: each time costs a look at the whole graph. */
const pruningsMax = 8;

/** Those who match enough others for a clique of `need`, not counting whoever does not: nobody else is in one. */
function withEnoughMatches(matching: readonly Bitset[], need: number): Bitset {
  const able = fullBitset(matching.length);
  const common = new Uint32Array(able.length);
  for (let pruning = 0; pruning < pruningsMax; pruning++) {
    let hasPruned = false;
    for (let i = firstBit(able); i >= 0; i = firstBit(able, i + 1)) {
      intersectInto(common, able, matching[i] ?? common);
      // His own bit is in his set when he is of a kind that matches itself.
      clearBit(common, i);
      if (countBits(common) >= need - 1) continue;
      clearBit(able, i);
      hasPruned = true;
    }
    if (!hasPruned) break;
  }
  return able;
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
    for (; next >= 0; next = firstBit(candidates, next)) {
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
