import { assert } from '@syncytium/kit';
import type { Oid } from '../oid.js';
import type { ClassDefinition, LinkMember, Member, ScalarMember } from '../schema/class-definition.js';
import type { Column, Row, StoredValue } from './column.js';
import { LinkColumn } from './link-column.js';
import type { MemberIndex } from './member-index.js';
import { ScalarColumn } from './scalar-column.js';

/**
 * All objects of one class: a column for each member, and their OIDs. Which order the rows come in is nobody's
 * business: a new object takes the place of one that is gone.
 */
export class Table {
  readonly definition: ClassDefinition;
  readonly #columns: readonly (ScalarColumn | LinkColumn)[];
  readonly #oids: (Oid | undefined)[] = [];
  readonly #rowByOid = new Map<Oid, Row>();
  readonly #freeRows: Row[] = [];
  /** Columns of other classes that link here. */
  readonly #incoming: LinkColumn[] = [];

  constructor(definition: ClassDefinition) {
    this.definition = definition;
    this.#columns = definition.members.map((member) =>
      member.kind === 'link' ? new LinkColumn() : new ScalarColumn(member.isIndexed),
    );
  }

  /** How many objects there are. */
  get size(): number {
    return this.#rowByOid.size;
  }

  /** The rows of all objects. */
  *rows(): IterableIterator<Row> {
    for (let row = 0; row < this.#oids.length; row++) if (this.#oids[row] !== undefined) yield row;
  }

  rowOf(oid: Oid): Row | undefined {
    return this.#rowByOid.get(oid);
  }

  oidOf(row: Row): Oid {
    const oid = this.#oids[row];
    assert(oid !== undefined, `row ${row} of ${this.definition.name} holds no object`);
    return oid;
  }

  /** A member's value; `undefined` where it is absent. */
  get(row: Row, member: Member): StoredValue | undefined {
    return this.#columns[member.position]?.get(row);
  }

  /** The rows of the other class that a member links to. */
  targetsOf(row: Row, member: LinkMember): readonly Row[] {
    return this.#links(member).targetsOf(row);
  }

  /** The rows of this class whose member links to a row of the other class. */
  referrersOf(target: Row, member: LinkMember): ReadonlySet<Row> {
    return this.#links(member).referrersOf(target);
  }

  /** The index of a member; `undefined` when it has none. */
  indexOf(member: ScalarMember): MemberIndex | undefined {
    return this.#scalars(member).index;
  }

  /** Makes an index of a member that has none, of all its values. */
  createIndex(member: ScalarMember): void {
    this.#scalars(member).createIndex();
  }

  /** Takes a member's index away. */
  dropIndex(member: ScalarMember): void {
    this.#scalars(member).dropIndex();
  }

  /** Adds an object without members. */
  insert(oid: Oid): Row {
    const row = this.#freeRows.pop() ?? this.#oids.length;
    this.#oids[row] = oid;
    this.#rowByOid.set(oid, row);
    return row;
  }

  /** Sets a member to a value of its type; `undefined` makes it absent. */
  set(row: Row, member: Member, value: StoredValue | undefined): void {
    // The member says which values its column takes.
    (this.#columns[member.position] as Column | undefined)?.set(row, value);
  }

  /** Takes an object out, with all links from and to it. */
  remove(row: Row): void {
    this.#rowByOid.delete(this.oidOf(row));
    for (const column of this.#incoming) column.unlink(row);
    for (const column of this.#columns) column.set(row, undefined);
    this.#oids[row] = undefined;
    this.#freeRows.push(row);
  }

  /** Lets another class's table be told when an object it links to is gone. */
  linkTo(target: Table, member: LinkMember): void {
    target.#incoming.push(this.#links(member));
  }

  #scalars(member: ScalarMember): ScalarColumn {
    const column = this.#columns[member.position];
    assert(column instanceof ScalarColumn, `${member.name} of ${this.definition.name} holds no values`);
    return column;
  }

  #links(member: LinkMember): LinkColumn {
    const column = this.#columns[member.position];
    assert(column instanceof LinkColumn, `${member.name} of ${this.definition.name} holds no links`);
    return column;
  }
}
