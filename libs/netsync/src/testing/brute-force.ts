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

export function isGroup(members: readonly MatchRequest[]): boolean {
  return (
    Math.max(...members.map(({ mates }) => mates)) === members.length - 1 &&
    members.every((one, i) => members.slice(i + 1).every((other) => doMatch(one, other)))
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
  if (size === 0) {
    yield [];
    return;
  }
  for (const [i, item] of items.entries()) {
    for (const rest of subsets(items.slice(i + 1), size - 1)) yield [item, ...rest];
  }
}
