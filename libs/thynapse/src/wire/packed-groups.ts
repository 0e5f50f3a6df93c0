import { fullFrameBytes, packedItemsMax } from './wire.js';

/** At least one item. */
export type Group<T> = readonly [T, ...T[]];

/** Items in their order, those next to each other that belong into the same frame in one group until that is full. */
export function groupsOf<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  belong: (first: T, next: T) => boolean = () => true,
): Group<T>[] {
  const groups: [T, ...T[]][] = [];
  let group: [T, ...T[]] | undefined;
  let size = 0;
  for (const item of items) {
    const own = sizeOf(item);
    const hasRoom = size < fullFrameBytes && own < fullFrameBytes;
    if (group && hasRoom && group.length < packedItemsMax && belong(group[0], item)) group.push(item);
    else {
      groups.push((group = [item]));
      size = 0;
    }
    size += own;
  }
  return groups;
}
