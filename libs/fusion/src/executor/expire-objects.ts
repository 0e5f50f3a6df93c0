import { takeAll } from '../store/in-steps.js';
import { RowSet } from '../store/row-set.js';
import type { Store } from '../store/store.js';

/** When the next object of a store expires; `Infinity` where none ever does. */
export function nextExpiry(store: Store): number {
  let earliest = Infinity;
  for (const { expiries } of store.expiring) earliest = Math.min(earliest, expiries?.earliest ?? Infinity);
  return earliest;
}

/** Takes out objects that have expired, at most so many. */
export function expireObjects(store: Store, now: number, objectsMax: number): void {
  let left = objectsMax;
  for (const table of store.expiring) {
    const rows = table.expiries?.due(now, left) ?? [];
    if (rows.length === 0) continue;
    takeAll(store.removal(new Map([[table, new RowSet(rows)]])));
    store.counters.expired += rows.length;
    left -= rows.length;
  }
}
