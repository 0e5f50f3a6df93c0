import type { DeletePlan } from '../fql/plan.js';
import type { Row } from '../store/columns/column.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import type { ResponseBytes } from './response-bytes.js';
import type { Search } from './search.js';
import { targetRows } from './target-rows.js';

/**
 * DELETE: takes objects out; the members that link to them become absent. With `_deep` also everything they link to,
 * counted where it is met first, each object once.
 */
export function deleteObjects(text: ResponseBytes, store: Store, plan: DeletePlan, search: Search): void {
  const table = store.table(plan.definition);
  const doomed = new Doomed(store);
  const rows = doomed.add(table, targetRows(table, plan.targets, search));
  text.add(`{"${plan.definition.name}":{`);
  if (plan.isDeep) condemnLinked(text, store, table, rows, doomed);
  text.add(`"_cnt":${rows.length}}}`);
  doomed.remove();
}

/** The members' counts of one class, each followed by a comma. */
function condemnLinked(text: ResponseBytes, store: Store, table: Table, rows: readonly Row[], doomed: Doomed): void {
  for (const member of table.definition.members) {
    if (member.kind === 'scalar') continue;
    const target = store.table(member.target);
    const linked = doomed.add(
      target,
      rows.flatMap((row) => table.targetsOf(row, member)),
    );
    text.add(`"${member.name}":{"${member.target.name}":{`);
    if (linked.length > 0) condemnLinked(text, store, target, linked, doomed);
    text.add(`"_cnt":${linked.length}}},`);
  }
}

/** Objects that are to be taken out, collected first: nothing is, should the collecting fail. */
class Doomed {
  readonly #store: Store;
  readonly #rows: ReadonlyMap<Table, Set<Row>>;

  constructor(store: Store) {
    this.#store = store;
    this.#rows = new Map(Array.from(store.tables(), (table) => [table, new Set<Row>()]));
  }

  /** Gives back the rows that were not known yet, each once. */
  add(table: Table, rows: readonly Row[]): readonly Row[] {
    const known = this.#rows.get(table) ?? new Set();
    return rows.filter((row) => known.size < known.add(row).size);
  }

  remove(): void {
    this.#store.remove(this.#rows);
  }
}
