import { MemoryLimitError } from '../errors.js';
import type { Row } from '../store/columns/column.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';

/** So many objects are looked at for the one that was used least recently; where there are no more, it is that. */
const samplesMax = 16;

/** Most objects that are taken out before it is seen whether there is room. */
const evictedAtOnceMax = 256;

/**
 * Makes room in a table with `reserve`, and takes objects out of it until that succeeds: those that were used least
 * recently, as far as samples tell, and none that is kept. Throws what `reserve` throws when that is something other than
 * that there is no memory, when no object is left, or when it could not succeed in an empty table: `fits` is asked for
 * that before any object is taken out.
 */
export function makeRoom(
  store: Store,
  table: Table,
  kept: ReadonlySet<Row>,
  reserve: () => void,
  fits: () => boolean,
): void {
  for (let count = 1; ; count = Math.min(2 * count, evictedAtOnceMax)) {
    try {
      reserve();
      return;
    } catch (error) {
      if (!(error instanceof MemoryLimitError) || !fits() || !evictSome(store, table, kept, count)) throw error;
    }
  }
}

/** Takes out so many objects, or as many as there are; `false` when there is none. */
function evictSome(store: Store, table: Table, kept: ReadonlySet<Row>, count: number): boolean {
  for (let i = 0; i < count; i++) {
    const row = leastUsed(store, table, kept);
    if (row === undefined) return i > 0;
    table.remove(row);
    store.counters.evicted++;
  }
  return true;
}

function leastUsed(store: Store, table: Table, kept: ReadonlySet<Row>): Row | undefined {
  let least: Row | undefined;
  let longest = -1;
  for (const row of candidates(store, table, kept)) {
    const idle = table.idleTime(row);
    if (idle <= longest) continue;
    least = row;
    longest = idle;
  }
  return least;
}

function candidates(store: Store, table: Table, kept: ReadonlySet<Row>): readonly Row[] {
  const rows: Row[] = [];
  if (table.size > samplesMax + kept.size) {
    for (let i = 0; i < samplesMax; i++) {
      const row = rowFrom(table, store.prng.int(table.rowEnd));
      if (!kept.has(row)) rows.push(row);
    }
    if (rows.length > 0) return rows;
  }
  for (const row of table.rows()) {
    if (rows.length === samplesMax) break;
    if (!kept.has(row)) rows.push(row);
  }
  return rows;
}

/** The first row from one on that holds an object; there is one. */
function rowFrom(table: Table, from: Row): Row {
  const row = table.nextRow(from);
  return row < table.rowEnd ? row : table.nextRow(0);
}
