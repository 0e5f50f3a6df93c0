import { assert } from '@syncytium/kit';
import type { Oid } from '../oid.js';
import type { ClassDefinition, LinkMember, Member, ScalarMember } from '../schema/class-definition.js';
import type { ValueTest } from '../schema/value-test.js';
import { CellColumn } from './columns/cell-column.js';
import type { ColumnDemand } from './columns/column-demand.js';
import type { Column, Row, RowTest, ScalarColumn, StoredValue } from './columns/column.js';
import type { LinkReads, Links } from './columns/links.js';
import { LivingLinks } from './columns/living-links.js';
import { makeColumn } from './columns/make-column.js';
import { OidColumn } from './columns/oid-column.js';
import { ExpiryQueue } from './expiry-queue.js';
import { eachInSteps, type Steps } from './in-steps.js';
import type { MemberIndex } from './indexes/member-index.js';
import { RowAdopter } from './row-adopter.js';
import { RowWriter } from './row-writer.js';
import type { StagedRows } from './staged-rows.js';
import { makePiece, writePiece, type JsonPiece, type JsonTarget } from './json-target.js';
import { ChangeCounters } from './memory/change-counters.js';
import { SharedBitmap } from './memory/shared-bitmap.js';
import { SharedBuffers } from './memory/shared-buffers.js';
import { SharedVector } from './memory/shared-vector.js';
import {
  countsLength,
  isClearingAt,
  rowEndAt,
  sizeAt,
  type IncomingLinks,
  type TableLayout,
  type TableParts,
  type TableSetting,
} from './table-parts.js';
import { TableIndexes, type BuiltIndex } from './table-indexes.js';
import { TableMemory } from './table-memory.js';
import { UseTimes } from './use-times.js';

/**
 * All objects of one class: a column for each member, and their OIDs. Which order the rows come in is nobody's
 * business: a new object takes the place of one that is gone. All of it is in shared memory; only one thread at a time
 * may write, and none may read meanwhile.
 */
export class Table {
  readonly definition: ClassDefinition;
  /** `{"Name":`, which is what an object of the class is wrapped in, as bytes. */
  readonly opening: JsonPiece;
  /** `,"name":` of each member. */
  readonly #keys: readonly JsonPiece[];
  readonly #setting: TableSetting;
  readonly #counts: SharedVector;
  readonly #live: SharedBitmap;
  readonly #oids: OidColumn;
  readonly #columns: readonly (ScalarColumn | Links)[];
  /** Columns of single values. */
  readonly #touched: readonly CellColumn[];
  readonly #uses: UseTimes | undefined;
  readonly #indexes: TableIndexes;
  /** What it takes. */
  readonly memory: TableMemory;
  /** When objects expire, where they do. */
  readonly expiries: ExpiryQueue | undefined;
  /** The rows of objects of the classes that members link to. */
  readonly #targets = new Map<number, SharedBitmap>();
  /** What members link with, by their positions, while objects of the other class are being cleared away. */
  readonly #living: LivingLinks[] = [];
  /** The tables that members link to, by their positions. */
  readonly #targetTables: Table[] = [];
  readonly #incoming: IncomingLinks[] = [];
  readonly #parts: TableParts;
  readonly #writer: RowWriter;

  /**
   * @param layout Of a table that another thread has made; without it, the table is new. Throws `LimitError` when there
   *   is no memory for it.
   */
  constructor(definition: ClassDefinition, setting: TableSetting, layout?: TableLayout) {
    const { name, members, ttlMs } = definition;
    const { options, counters, changes, number } = setting;
    const { rowsMax } = options;
    const buffers = new SharedBuffers(counters, layout?.buffers, options.evicts);
    this.definition = definition;
    this.opening = makePiece(`{"${name}":`);
    this.#keys = members.map((member) => makePiece(`,"${member.name}":`));
    this.#setting = setting;
    this.#live = new SharedBitmap(buffers, `objects of ${name}`, rowsMax);
    this.#counts = new SharedVector(buffers, name, countsLength);
    this.#counts.ensure(countsLength);
    this.#oids = new OidColumn(buffers, `objects of ${name}`, rowsMax);
    this.#columns = members.map((member) => makeColumn(buffers, name, member, options));
    this.#touched = this.#columns.filter((column) => column instanceof CellColumn);
    if (options.evicts) this.#uses = new UseTimes(buffers, `uses of ${name}`, rowsMax, counters);
    if (ttlMs !== undefined) this.expiries = new ExpiryQueue(buffers, `expiries of ${name}`, rowsMax, ttlMs);
    this.#indexes = new TableIndexes(definition, setting, this.#live);
    this.memory = new TableMemory(buffers, this.#indexes);
    const [counts, live, oids, columns, indexes] = [this.#counts, this.#live, this.#oids, this.#columns, this.#indexes];
    const [targets, incoming, uses, expiries] = [this.#targets, this.#incoming, this.#uses, this.expiries];
    const parts = { definition, number, changes, counts, live, oids, columns, indexes, targets, incoming };
    this.#parts = { ...parts, uses, expiries };
    this.#writer = new RowWriter(this.#parts);
    for (const member of members)
      if (member.kind === 'scalar' && (layout ? layout.indexes.has(member.position) : member.isIndexed))
        this.#indexes.add(member, this.columnOf(member), layout?.indexes.get(member.position));
  }

  /** How many objects there are. */
  get size(): number {
    return this.#counts.view[sizeAt] as number;
  }

  /** Whether links and indexes lead to rows that hold no objects any more. */
  get isClearing(): boolean {
    return this.#counts.view[isClearingAt] !== 0;
  }

  /** All rows that hold objects come before this one. */
  get rowEnd(): Row {
    return this.#counts.view[rowEndAt] as number;
  }

  /** The first row from `from` that holds an object; `rowEnd` when there is none. */
  nextRow(from: Row): Row {
    return this.#live.nextSet(from, this.rowEnd);
  }

  /**
   * Reads a little of everything that a row has, so that it is in the processor's cache when it is wanted: where many places
   * are read at once the processor does not wait for one after the other. What it gives means nothing.
   */
  touch(row: Row): number {
    let all = this.#oids.touch(row);
    for (const column of this.#touched) all ^= column.touch(row);
    return all;
  }

  /** Whether a row holds an object. */
  hasRow(row: Row): boolean {
    return this.#live.has(row);
  }

  /** How many objects are in the rows before one. */
  countBefore(row: Row): number {
    return this.#live.countBefore(row);
  }

  /** The rows of all objects. */
  *rows(): IterableIterator<Row> {
    for (let row = this.nextRow(0); row < this.rowEnd; row = this.nextRow(row + 1)) yield row;
  }

  rowOf(oid: Oid): Row | undefined {
    return this.#ifLive(this.#oids.rowOf(oid));
  }

  /** The row of an OID that stands as 16 bytes at an offset. */
  rowOfBytes(bytes: Uint8Array, offset: number): Row | undefined {
    return this.#ifLive(this.#oids.rowOfBytes(bytes, offset));
  }

  oidOf(row: Row): Oid {
    assert(this.hasRow(row), `row ${row} of ${this.definition.name} holds no object`);
    return this.#oids.oidOf(row);
  }

  /** A member's value; `undefined` where it is absent. */
  get(row: Row, member: Member): StoredValue | undefined {
    return this.#readsOf(member).get(row);
  }

  /** Whether a member has a value. */
  has(row: Row, member: Member): boolean {
    return this.#readsOf(member).has(row);
  }

  /** Finds the rows whose member, or one value of its list, passes all tests. */
  compile(member: ScalarMember, tests: readonly ValueTest[]): RowTest {
    return this.columnOf(member).compile(tests);
  }

  /**
   * Puts the rows of objects from `from` to before `end` that pass a test at the start of `into`, which has room for all
   * of them; says how many there are.
   */
  collect(test: RowTest, from: Row, end: Row, into: Int32Array): number {
    // What is gone leaves nothing in its columns, but absent values pass some tests.
    return this.#live.keep(into, test.collect(from, end, into));
  }

  /** Negative where the value of one row comes before that of another, both of which have one. */
  compare(row: Row, other: Row, member: ScalarMember): number {
    const column = this.columnOf(member);
    return column.cells.compare(
      column.lowAt(row, 0),
      column.highAt(row, 0),
      column.lowAt(other, 0),
      column.highAt(other, 0),
    );
  }

  /** Writes `,"name":`. */
  writeKey(member: Member, target: JsonTarget): void {
    writePiece(target, this.#keys[member.position] as JsonPiece);
  }

  /** Writes `,"name":value` where the member has a value. */
  writeMember(row: Row, member: ScalarMember, target: JsonTarget): void {
    const column = this.columnOf(member);
    if (!column.has(row)) return;
    this.writeKey(member, target);
    column.writeJson(row, target);
  }

  /** Writes the OID of an object, with quotes. */
  writeOid(row: Row, target: JsonTarget): void {
    this.#oids.writeJson(row, target);
  }

  /** How many rows of the other class a member links to. */
  targetCount(row: Row, member: LinkMember): number {
    return this.#linkReads(member).countAt(row);
  }

  /** One of the rows of the other class that a member links to. */
  targetAt(row: Row, member: LinkMember, position: number): Row {
    return this.#linkReads(member).targetAt(row, position);
  }

  /** The rows of the other class that a member links to. */
  targetsOf(row: Row, member: LinkMember): readonly Row[] {
    return this.#linkReads(member).targetsOf(row);
  }

  /** The rows of this class whose member links to a row of the other class, each once. */
  referrersOf(target: Row, member: LinkMember): readonly Row[] {
    // What is being adopted links already, and is not there yet.
    return this.#links(member)
      .referrersOf(target)
      .filter((row) => this.hasRow(row));
  }

  /** An object is used just now. */
  noteUse(row: Row): void {
    this.#uses?.note(row);
  }

  /** For how long an object has not been used, as {@link UseTimes.idle} tells. */
  idleTime(row: Row): number {
    return this.#uses?.idle(row) ?? 0;
  }

  /** How many different values the index of a member has, and of an object each. */
  keyCountOf(member: ScalarMember): number | undefined {
    const index = this.indexOf(member);
    return this.isClearing ? index?.countKeys() : index?.keyCount;
  }

  /** The index of a member; `undefined` when it has none. */
  indexOf(member: ScalarMember): MemberIndex | undefined {
    return this.#indexes.at(member.position);
  }

  /** Makes an index of a member that has none, of all its values, as {@link TableIndexes.build} does. */
  buildIndex(member: ScalarMember): Steps<BuiltIndex> {
    return this.#indexes.build(member, this.columnOf(member), this.rowEnd);
  }

  /** How many values the lists of a member have in all, counted in steps. */
  *countValues(member: ScalarMember): Steps<number> {
    const column = this.columnOf(member);
    let count = 0;
    yield* eachInSteps(this.#live.each(this.rowEnd), (row) => (count += column.countAt(row)));
    return count;
  }

  /** Takes a member's index away. */
  dropIndex(member: ScalarMember): void {
    this.#indexes.drop(member);
  }

  /**
   * Makes room for so many more objects, and for what is about to be written to members. Throws `LimitError`
   * when there is none; what follows then needs no memory.
   */
  reserve(objects: number, demands: ReadonlyMap<Member, ColumnDemand>): void {
    const rows = Math.max(this.rowEnd, this.size + objects);
    this.#live.ensure(rows);
    this.#oids.reserve(rows, objects);
    this.#uses?.reserve(rows);
    this.expiries?.reserve(rows);
    for (const member of this.definition.members) {
      const demand = demands.get(member);
      this.#columns[member.position]?.reserve(rows, demand);
      if (demand) this.#indexes.at(member.position)?.reserve(rows, demand);
    }
    for (const { links } of this.#incoming) links.reserveTargets(rows);
  }

  /** How many bytes more it would take to hold so many objects with such values, and no others. */
  bytesMissing(objects: number, demands: ReadonlyMap<Member, ColumnDemand>): number {
    const options = { ...this.#setting.options, evicts: false };
    const empty = new Table(this.definition, { ...this.#setting, options, counters: new ChangeCounters() });
    empty.reserve(objects, demands);
    return this.memory.missingTo(empty.memory);
  }

  /**
   * Adds an object without members. A change of its own unless {@link Changes.make} makes one, as is the next but one.
   *
   * @param now From when on it lives, for a class whose objects expire; never earlier than that of another before it.
   */
  insert(oid: Oid, now = 0): Row {
    return this.#writer.insert(oid, now);
  }

  /** Sets a member, which has no value, of an object that the change under way has added. */
  fill(row: Row, member: Member, value: StoredValue): void {
    this.#writer.fill(row, member, value);
  }

  /** Sets a member to a value of its type; `undefined` makes it absent. */
  set(row: Row, member: Member, value: StoredValue | undefined): void {
    this.#writer.set(row, member, value);
  }

  /** Takes an object out, with all links from and to it. */
  remove(row: Row): void {
    this.#writer.remove(row);
  }

  /** What changes the table. */
  get writer(): RowWriter {
    return this.#writer;
  }

  /** What takes staged rows in. There has to be room for them. */
  adopter(staged: StagedRows): RowAdopter {
    return new RowAdopter(staged, this.#parts);
  }

  /** Makes room for links to so many rows of the other class. Throws `LimitError` when there is none. */
  reserveTargets(member: LinkMember, rows: number): void {
    this.#links(member).reserveTargets(rows);
  }

  /** Lets another class's table be told when an object it links to is gone. */
  linkTo(target: Table, member: LinkMember): void {
    target.#incoming.push({ links: this.#links(member), table: this.#writer.number, member });
    this.#targets.set(member.position, target.#live);
    this.#targetTables[member.position] = target;
    this.#living[member.position] = new LivingLinks(this.#links(member), target.#live, member.isArray);
  }

  /** The column of a member that holds values. */
  columnOf(member: ScalarMember): ScalarColumn {
    const column = this.#columns[member.position];
    assert(column && 'cells' in column, `${member.name} of ${this.definition.name} holds no values`);
    return column;
  }

  /** What has an OID may have lost its object. */
  #ifLive(row: Row | undefined): Row | undefined {
    return row !== undefined && this.#live.has(row) ? row : undefined;
  }

  #readsOf(member: Member): Pick<Column, 'get' | 'has'> {
    return member.kind === 'link' ? this.#linkReads(member) : this.columnOf(member);
  }

  #linkReads(member: LinkMember): LinkReads {
    const { position } = member;
    const target = this.#targetTables[position];
    return (target?.isClearing ? this.#living[position] : undefined) ?? this.#links(member);
  }

  #links(member: LinkMember): Links {
    const column = this.#columns[member.position];
    assert(column && !('cells' in column), `${member.name} of ${this.definition.name} holds no links`);
    return column;
  }
}
