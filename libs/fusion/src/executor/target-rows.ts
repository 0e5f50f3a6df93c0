import type { BoundTargets } from '../fql/plan.js';
import type { Row } from '../store/column.js';
import type { Table } from '../store/table.js';
import type { RowSelector } from './row-selector.js';

/** The rows that a write is about, each once: those listed that exist, or all; of these, those that fit. */
export function targetRows(table: Table, { oids, where }: BoundTargets, selector: RowSelector): readonly Row[] {
  if (!oids) return selector.select(table, where);
  const rows = new Set<Row>();
  for (const oid of oids) {
    const row = table.rowOf(oid);
    if (row !== undefined) rows.add(row);
  }
  return where.length === 0 ? [...rows] : selector.filter(table, [...rows], where);
}
