import type { BoundTargets } from '../fql/plan.js';
import type { Row } from '../store/columns/column.js';
import type { Table } from '../store/table.js';
import type { Search } from './search.js';

/** The rows that a write is about, each once: those listed that exist, or all; of these, those that fit. */
export function targetRows(table: Table, { oids, where }: BoundTargets, search: Search): readonly Row[] {
  if (!oids) return search.select(table, where);
  const rows = new Set<Row>();
  for (const oid of oids) {
    const row = table.rowOf(oid);
    if (row !== undefined) rows.add(row);
  }
  return search.filter(table, search.take(table, rows), where, 'check');
}
