import type { MatchRequest } from '../kind.js';

/**
 * The group rule as it is written down, without any cleverness: of all sets of waiting requests, in the order of size
 * and then of arrival, the first that forms a group with the newcomer.
 */
export function bruteForceGroup<R extends MatchRequest>(waiting: readonly R[], newcomer: R): R[] | undefined {
  for (let size = 0; size <= waiting.length; size++) {
    for (const others of subsets(waiting, size)) {
      if (isGroup([newcomer, ...others])) return others;
    }
  }
  return undefined;
}

/** A group among those who wait, whoever came last; `undefined` when there is none, as there never should be. */
export function anyGroup<R extends MatchRequest>(waiting: readonly R[]): R[] | undefined {
  for (let size = 1; size <= waiting.length; size++) {
    for (const members of subsets(waiting, size)) {
      if (isGroup(members)) return members;
    }
  }
  return undefined;
}

/** Whether every two match, and there are as many others as the one who asks for most. */
export function isGroup(members: readonly MatchRequest[]): boolean {
  const others = members.length - 1;
  return (
    members.some(({ mates }) => mates === others) &&
    members.every(({ mates }) => mates <= others) &&
    members.every((one, i) => members.every((other, j) => j <= i || doMatch(one, other)))
  );
}

function doMatch(one: MatchRequest, other: MatchRequest): boolean {
  return (
    one.event === other.event &&
    one.profile.selector.matches(other.profile.labels) &&
    other.profile.selector.matches(one.profile.labels)
  );
}

/** All subsets of a size, in lexicographic order. */
function* subsets<T>(items: readonly T[], size: number): Iterable<T[]> {
  const chosen = Array.from({ length: size }, (_, i) => i);
  while (size <= items.length) {
    yield chosen.map((i) => items[i] as T);
    let last = size - 1;
    while (last >= 0 && chosen[last] === items.length - size + last) last--;
    if (last < 0) return;
    for (let next = (chosen[last] ?? 0) + 1; last < size; last++, next++) chosen[last] = next;
  }
}
