import type { Row, RowTest } from './columns/column.js';
import type { Table } from './table.js';

/** Passes for every row. */
const anything: RowTest = { passes: () => true, next: (from) => from };

/**
 * The rows of objects that pass all tests, in the table's order, not more than `rowsMax`. The first test decides which
 * rows are looked at, so it should be the one that is quickest for many rows.
 */
export function collectRows(table: Table, tests: readonly RowTest[], rowsMax: number): Row[] {
  const rows: Row[] = [];
  const [first = anything, ...others] = tests;
  const end = table.rowEnd;
  for (let row = first.next(0, end); row < end && rows.length < rowsMax; row = first.next(row + 1, end))
    if (table.hasRow(row) && passesAll(row, others)) rows.push(row);
  return rows;
}

/** How many objects pass all tests. */
export function countRows(table: Table, tests: readonly RowTest[]): number {
  let count = 0;
  const [first = anything, ...others] = tests;
  const end = table.rowEnd;
  for (let row = first.next(0, end); row < end; row = first.next(row + 1, end))
    if (table.hasRow(row) && passesAll(row, others)) count++;
  return count;
}

function passesAll(row: Row, tests: readonly RowTest[]): boolean {
  for (const test of tests) if (!test.passes(row)) return false;
  return true;
}
