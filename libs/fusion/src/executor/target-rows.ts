import type { BoundTargets } from '../fql/plan.js';
import type { Oid } from '../oid.js';
import { eachInSteps, type Steps } from '../store/in-steps.js';
import { RowSet } from '../store/row-set.js';
import type { Table } from '../store/table.js';
import type { Search } from './search.js';

/** The rows that a write is about: those listed that exist, or all; of these, those that fit. Others may read between the steps. */
export function* targetRows(table: Table, { oids, where }: BoundTargets, search: Search): Steps<RowSet> {
  if (!oids) return yield* search.selectInSteps(table, where);
  return yield* search.filterInSteps(table, search.take(table, yield* listedRows(table, oids)), where, 'check');
}

function* listedRows(table: Table, oids: readonly Oid[]): Steps<RowSet> {
  const rows = new RowSet();
  yield* eachInSteps(oids, (oid) => {
    const row = table.rowOf(oid);
    if (row !== undefined) rows.add(row);
  });
  return rows;
}
