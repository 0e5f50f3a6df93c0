import type { BoundSortKey, FindPlan } from '../fql/plan.js';
import type { Row } from '../store/columns/column.js';
import type { Store } from '../store/store.js';
import { writePiece } from '../store/json-target.js';
import type { Table } from '../store/table.js';
import type { ResponseBytes } from './response-bytes.js';
import type { Search } from './search.js';
import { writeObject } from './write-object.js';

const comma = 0x2c;
const braceClose = 0x7d;

/** FIND: the objects that satisfy the terms, each wrapped in the name of its class. */
export function findObjects(text: ResponseBytes, store: Store, plan: FindPlan, search: Search): void {
  const table = store.table(plan.definition);
  const end = plan.offset + plan.limit;
  const found = search.select(table, plan.terms, plan.sort.length > 0 ? Infinity : end);
  const rows = plan.sort.length > 0 ? sortRows(table, found, plan.sort) : found;
  text.add('[');
  rows.slice(plan.offset, end).forEach((row, i) => {
    if (i > 0) text.addByte(comma);
    writePiece(text, table.opening);
    writeObject(text, store, table, row, plan.select);
    text.addByte(braceClose);
  });
  text.add(']');
}

/** Objects without the member come last, whichever way round the order is. */
function sortRows(table: Table, rows: readonly Row[], keys: readonly BoundSortKey[]): Row[] {
  return [...rows].sort((left, right) => {
    for (const { member, isDescending } of keys) {
      const hasLeft = table.has(left, member);
      const hasRight = table.has(right, member);
      if (!hasLeft || !hasRight) {
        if (hasLeft !== hasRight) return hasLeft ? -1 : 1;
        continue;
      }
      const order = table.compare(left, right, member);
      if (order !== 0) return isDescending ? -order : order;
    }
    return 0;
  });
}
