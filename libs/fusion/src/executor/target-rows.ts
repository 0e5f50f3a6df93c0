import type { BoundTargets } from '../fql/plan.js';
import type { Oid } from '../oid.js';
import type { Row } from '../store/columns/column.js';
import { eachInSteps, takeAll, type Steps } from '../store/in-steps.js';
import { RowSet } from '../store/row-set.js';
import type { Table } from '../store/table.js';
import type { Search } from './search.js';

/** The rows that a write is about, each once: those listed that exist, or all; of these, those that fit. */
export function targetRows(table: Table, { oids, where }: BoundTargets, search: Search): readonly Row[] {
  if (!oids) return search.select(table, where);
  const rows = takeAll(listedRows(table, oids));
  return search.filter(table, search.take(table, rows), where, 'check');
}

/** As {@link targetRows}, in steps, between which others may read. */
export function* targetRowsInSteps(table: Table, { oids, where }: BoundTargets, search: Search): Steps<RowSet> {
  if (!oids) return yield* search.selectInSteps(table, where);
  const rows = search.take(table, yield* listedRows(table, oids));
  return new RowSet(search.filter(table, rows, where, 'check'));
}

function* listedRows(table: Table, oids: readonly Oid[]): Steps<ReadonlySet<Row>> {
  const rows = new Set<Row>();
  yield* eachInSteps(oids, (oid) => {
    const row = table.rowOf(oid);
    if (row !== undefined) rows.add(row);
  });
  return rows;
}
