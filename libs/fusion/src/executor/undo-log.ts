import type { Oid } from '../oid.js';
import type { ClassDefinition, Member } from '../schema/class-definition.js';
import type { Row, StoredValue } from '../store/columns/column.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import type { Expiries } from './expiries.js';

interface Setting {
  readonly table: Table;
  readonly row: Row;
  readonly member: Member;
  readonly before: StoredValue | undefined;
}

/** Changes objects and keeps what it takes to change them back. */
export class UndoLog {
  readonly #store: Store;
  readonly #expiries: Expiries;
  readonly #isKept: boolean;
  readonly #settings: Setting[] = [];
  readonly #made: Oid[] = [];

  /** @param isKept Whether anything can go wrong on the way; otherwise nothing is written down. */
  constructor(store: Store, expiries: Expiries, isKept: boolean) {
    this.#store = store;
    this.#expiries = expiries;
    this.#isKept = isKept;
  }

  /** The OID of an object that is made next. */
  readonly nextOid = (definition: ClassDefinition): Oid => {
    const oid = this.#store.makeOid();
    this.#expiries.add(definition, oid);
    if (this.#isKept) this.#made.push(oid);
    return oid;
  };

  set(table: Table, row: Row, member: Member, value: StoredValue): void {
    if (this.#isKept) this.#settings.push({ table, row, member, before: table.get(row, member) });
    table.set(row, member, value);
  }

  /** Makes everything that was written down as it was. */
  undo(): void {
    for (const { table, row, member, before } of this.#settings.reverse()) table.set(row, member, before);
    const tables = [...this.#store.tables()];
    for (const oid of this.#made) {
      const table = tables.find((candidate) => candidate.rowOf(oid) !== undefined);
      const row = table?.rowOf(oid);
      if (row !== undefined) table?.remove(row);
    }
  }
}
