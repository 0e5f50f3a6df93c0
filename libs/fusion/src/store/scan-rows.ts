import type { Row, RowTest } from './columns/column.js';
import type { Table } from './table.js';

/** The rows of objects that pass a test, in the table's order. */
export function* scanRows(table: Table, test: RowTest): IterableIterator<Row> {
  for (let row = nextPassing(table, test, 0); row < table.rowEnd; row = nextPassing(table, test, row + 1)) yield row;
}

/** How many objects pass a test. */
export function countRows(table: Table, test: RowTest): number {
  let count = 0;
  for (let row = nextPassing(table, test, 0); row < table.rowEnd; row = nextPassing(table, test, row + 1)) count++;
  return count;
}

function nextPassing(table: Table, test: RowTest, from: Row): Row {
  const end = table.rowEnd;
  let row = test.next(from, end);
  // What is gone leaves nothing in its columns, but absent values pass some tests.
  while (row < end && !table.hasRow(row)) row = test.next(row + 1, end);
  return row;
}
