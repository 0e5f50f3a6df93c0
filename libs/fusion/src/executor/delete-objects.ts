import type { DeletePlan } from '../fql/plan.js';
import type { Row } from '../store/columns/column.js';
import { eachInSteps, listInSteps, type Steps } from '../store/in-steps.js';
import { RowSet } from '../store/row-set.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import type { ResponseBytes } from './response-bytes.js';
import type { Search } from './search.js';
import { targetRows } from './target-rows.js';

/**
 * DELETE: takes objects out; the members that link to them become absent. With `_deep` also everything they link to,
 * counted where it is met first, each object once. In steps, between which others may read.
 */
export function* deleteObjects(text: ResponseBytes, store: Store, plan: DeletePlan, search: Search): Steps<void> {
  const table = store.table(plan.definition);
  const rows = yield* targetRows(table, plan.targets, search);
  const count = rows.size;
  const doomed: Doomed = new Map([[table, rows]]);
  text.add(`{"${plan.definition.name}":{`);
  // What is linked may be of the same class.
  if (plan.isDeep) yield* condemnLinked(text, store, table, yield* listInSteps(rows), doomed);
  text.add(`"_cnt":${count}}}`);
  yield* store.removal(doomed);
}

/** Objects that are to be taken out, collected first: nothing is, should the collecting fail. */
type Doomed = Map<Table, RowSet>;

/** The members' counts of one class, each followed by a comma. */
function* condemnLinked(
  text: ResponseBytes,
  store: Store,
  table: Table,
  rows: readonly Row[],
  doomed: Doomed,
): Steps<void> {
  for (const member of table.definition.members) {
    if (member.kind === 'scalar') continue;
    const target = store.table(member.target);
    const met: Row[] = [];
    yield* eachInSteps(rows, (row) => {
      for (const linked of table.targetsOf(row, member)) met.push(linked);
    });
    const linked = yield* condemn(doomed, target, met);
    text.add(`"${member.name}":{"${member.target.name}":{`);
    if (linked.length > 0) yield* condemnLinked(text, store, target, linked, doomed);
    text.add(`"_cnt":${linked.length}}},`);
  }
}

/** Gives back the rows that were not condemned yet, each once. */
function* condemn(doomed: Doomed, table: Table, rows: readonly Row[]): Steps<readonly Row[]> {
  let known = doomed.get(table);
  if (!known) doomed.set(table, (known = new RowSet()));
  const added: Row[] = [];
  yield* eachInSteps(rows, (row) => {
    if (known.add(row)) added.push(row);
  });
  return added;
}
