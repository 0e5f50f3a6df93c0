import { packedItemsMax } from './wire.js';

/** At least one item. */
export type Group<T> = readonly [T, ...T[]];

/** Most bytes, or characters, of data that are put together; above this nothing is gained. */
const sizeMax = 256 * 1024;

/** Items in their order, those next to each other that belong into the same frame in one group. */
export function groupsOf<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  belong: (first: T, next: T) => boolean = () => true,
): Group<T>[] {
  const groups: [T, ...T[]][] = [];
  let group: [T, ...T[]] | undefined;
  let size = 0;
  for (const item of items) {
    size += sizeOf(item);
    if (group && belong(group[0], item) && size <= sizeMax && group.length < packedItemsMax) group.push(item);
    else {
      groups.push((group = [item]));
      size = sizeOf(item);
    }
  }
  return groups;
}
