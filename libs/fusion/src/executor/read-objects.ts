import type { BoundSortKey, FindPlan, GetPlan, OidsPlan } from '../fql/plan.js';
import { compareScalars, type Scalar } from '../schema/scalar.js';
import type { Row } from '../store/column.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import type { ResponseText } from './response-text.js';
import type { RowSelector } from './select-rows.js';
import { writeObject } from './write-object.js';

/** GET: the objects asked for, in the order asked for, those that do not exist left out. */
export function getObjects(text: ResponseText, store: Store, { definition, oids }: GetPlan): void {
  const table = store.table(definition);
  text.add(`{"_class":"${definition.name}","_objects":[`);
  let separator = '';
  for (const oid of oids) {
    const row = table.rowOf(oid);
    if (row === undefined) continue;
    text.add(separator);
    writeObject(text, store, table, row);
    separator = ',';
  }
  text.add(']}');
}

/** FIND: the objects that satisfy the terms, each wrapped in the name of its class. */
export function findObjects(text: ResponseText, store: Store, plan: FindPlan, selector: RowSelector): void {
  const table = store.table(plan.definition);
  const end = plan.offset + plan.limit;
  const found = selector.select(table, plan.terms, plan.sort.length > 0 ? Infinity : end);
  const rows = plan.sort.length > 0 ? sortRows(table, found, plan.sort) : found;
  text.add('[');
  rows.slice(plan.offset, end).forEach((row, i) => {
    text.add(`${i > 0 ? ',' : ''}{"${plan.definition.name}":`);
    writeObject(text, store, table, row, plan.select);
    text.add('}');
  });
  text.add(']');
}

/** OIDS: the OIDs of all objects of a class. */
export function listOids(text: ResponseText, store: Store, { definition }: OidsPlan): void {
  const table = store.table(definition);
  text.add(`{"_class":"${definition.name}","_oids":[`);
  let separator = '';
  for (const row of table.rows()) {
    text.add(`${separator}"${table.oidOf(row)}"`);
    separator = ',';
  }
  text.add(']}');
}

/** Objects without the member come last, whichever way round the order is. */
function sortRows(table: Table, rows: readonly Row[], keys: readonly BoundSortKey[]): Row[] {
  return [...rows].sort((left, right) => {
    for (const { member, isDescending } of keys) {
      const a = table.get(left, member) as Scalar | undefined;
      const b = table.get(right, member) as Scalar | undefined;
      if (a === undefined || b === undefined) {
        if (a !== b) return a === undefined ? 1 : -1;
        continue;
      }
      const order = compareScalars(a, b);
      if (order !== 0) return isDescending ? -order : order;
    }
    return 0;
  });
}
