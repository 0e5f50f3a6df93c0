import type { Row, RowTest } from '../store/columns/column.js';
import type { Table } from '../store/table.js';

/** The rows of objects that pass a test, found a few at a time. */
export function rowsPassing(table: Table, test: RowTest): readonly Row[] {
  const into = new Int32Array(64);
  const rows: Row[] = [];
  for (let from = 0; from < table.rowEnd; from += into.length) {
    const count = table.collect(test, from, Math.min(from + into.length, table.rowEnd), into);
    rows.push(...into.subarray(0, count));
  }
  return rows;
}
