import { FusionError } from '../errors.js';
import type { Change, UpdatePlan } from '../fql/plan.js';
import type { LinkMember } from '../schema/class-definition.js';
import { addAmount, type Scalar } from '../schema/scalar.js';
import type { Row } from '../store/columns/column.js';
import { listInSteps, type Steps } from '../store/in-steps.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import { Additions } from './additions.js';
import { toStored, type Origin } from './insert-object.js';
import { requireLinkedObjects } from './require-links.js';
import type { ResponseBytes } from './response-bytes.js';
import type { Search } from './search.js';
import { targetRows } from './target-rows.js';

/**
 * UPDATE: makes every change, or none. Changes are made one after the other in the order of the query, each to all
 * objects, so that what comes out does not depend on the order of the objects. Answers with how many were changed, and
 * where there is a condition, how many it kept from being changed. New objects in it live from now on. The objects are looked
 * for in steps, between which others may read; in one, all are changed.
 */
export function* updateObjects(
  text: ResponseBytes,
  store: Store,
  plan: UpdatePlan,
  search: Search,
  now: number,
): Steps<void> {
  const { definition, condition, changes } = plan;
  const table = store.table(definition);
  const targets = yield* targetRows(table, plan.targets, search);
  const rows = yield* listInSteps(condition ? yield* search.filterInSteps(table, targets, condition, 'if') : targets);
  const additions = new Additions();
  checkChanges(store, table, rows, changes, additions);
  additions.reserve(store);
  const unmet = condition ? `,"_unmet":${targets.size - rows.length}` : '';
  text.add(`{"${definition.name}":{"_cnt":${rows.length}${unmet}}}`);
  const origin = { nextOid: () => store.makeOid(), now };
  yield* store.changes.makeInSteps(() => applyChanges(store, table, rows, changes, origin));
}

function checkChanges(
  store: Store,
  table: Table,
  rows: readonly Row[],
  changes: readonly Change[],
  additions: Additions,
): void {
  if (store.evicts) additions.keep(table, rows);
  for (const change of changes) {
    if (change.kind === 'inside') {
      const linked = linkedRows(table, rows, change.member);
      checkChanges(store, store.table(change.member.target), linked, change.changes, additions);
    } else if (change.kind === 'set') {
      if (change.member.kind === 'link') requireLinkedObjects(store, change.value);
      additions.addValue(table.definition, change.member, change.value, rows.length);
    } else {
      additions.addValue(table.definition, change.member, change.amount, rows.length);
    }
  }
}

function applyChanges(
  store: Store,
  table: Table,
  rows: readonly Row[],
  changes: readonly Change[],
  origin: Origin,
): void {
  for (const change of changes) {
    if (change.kind === 'inside') {
      const linked = linkedRows(table, rows, change.member);
      applyChanges(store, store.table(change.member.target), linked, change.changes, origin);
      continue;
    }
    for (const row of rows) {
      const value =
        change.kind === 'set' ? toStored(store, change.member, change.value, origin) : sumOf(table, row, change);
      table.set(row, change.member, value);
    }
  }
}

/** A member that is absent counts as 0. */
function sumOf(table: Table, row: Row, { member, type, amount }: Extract<Change, { kind: 'add' }>): Scalar {
  const value = (table.get(row, member) ?? 0) as Scalar;
  const sum = addAmount(type, value, amount);
  if (sum === undefined)
    throw new FusionError(1102, `${member.name} of ${table.definition.name}: ${value} and ${amount} exceed ${type}`);
  return sum;
}

/** The objects that any of the rows links to, each once. */
function linkedRows(table: Table, rows: readonly Row[], member: LinkMember): readonly Row[] {
  return [...new Set(rows.flatMap((row) => table.targetsOf(row, member)))];
}
