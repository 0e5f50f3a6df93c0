import type { Change, UpdatePlan } from '../fql/plan.js';
import type { Oid } from '../oid.js';
import type { LinkMember } from '../schema/class-definition.js';
import type { Row } from '../store/column.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import { Additions } from './additions.js';
import { toStored } from './insert-object.js';
import { requireLinkedObjects } from './require-links.js';
import type { ResponseText } from './response-text.js';
import type { RowSelector } from './row-selector.js';
import { targetRows } from './target-rows.js';

/**
 * UPDATE: makes every change, or none. Changes are made one after the other in the order of the query, each to all
 * objects, so that what comes out does not depend on the order of the objects. Answers with how many were meant.
 */
export function updateObjects(text: ResponseText, store: Store, plan: UpdatePlan, selector: RowSelector): void {
  const table = store.table(plan.definition);
  const rows = targetRows(table, plan.targets, selector);
  const additions = new Additions();
  checkChanges(store, table, rows, plan.changes, additions);
  additions.check(store);
  text.add(`{"${plan.definition.name}":{"_cnt":${rows.length}}}`);
  applyChanges(store, table, rows, plan.changes);
}

function checkChanges(
  store: Store,
  table: Table,
  rows: readonly Row[],
  changes: readonly Change[],
  additions: Additions,
): void {
  for (const change of changes) {
    if (change.kind === 'inside') {
      const linked = linkedRows(table, rows, change.member);
      checkChanges(store, store.table(change.member.target), linked, change.changes, additions);
    } else {
      if (change.member.kind === 'link') requireLinkedObjects(store, change.value);
      additions.addValue(change.member, change.value, rows.length);
    }
  }
}

function applyChanges(store: Store, table: Table, rows: readonly Row[], changes: readonly Change[]): void {
  const nextOid = (): Oid => store.makeOid();
  for (const change of changes) {
    if (change.kind === 'inside') {
      const linked = linkedRows(table, rows, change.member);
      applyChanges(store, store.table(change.member.target), linked, change.changes);
    } else {
      for (const row of rows) table.set(row, change.member, toStored(store, change.member, change.value, nextOid));
    }
  }
}

/** The objects that any of the rows links to, each once. */
function linkedRows(table: Table, rows: readonly Row[], member: LinkMember): readonly Row[] {
  return [...new Set(rows.flatMap((row) => table.targetsOf(row, member)))];
}
