import { assert } from '@syncytium/kit';
import type { Oid } from '../oid.js';
import type { Member } from '../schema/class-definition.js';
import type { Column, Row, StoredValue } from './columns/column.js';
import type { RewriteList } from './columns/links.js';
import type { JournalEntry, ListBefore } from './journal/change-journal.js';
import { takeAll } from './in-steps.js';
import { RowSet } from './row-set.js';
import { isClearingAt, rowEndAt, sizeAt, type TableParts } from './table-parts.js';

/** Rows that lose their link to a row before others may have their turn. */
const unlinkedAtOnce = 16;

/** Changes the rows of a table, so that each change is made wholly or not at all. */
export class RowWriter {
  readonly #parts: TableParts;
  /** No row before it is free. */
  #firstFree = 0;

  constructor(parts: TableParts) {
    this.#parts = parts;
  }

  /** Which of the store's tables it is. */
  get number(): number {
    return this.#parts.number;
  }

  /** Adds an object without members, which lives from now on. */
  insert(oid: Oid, now: number): Row {
    const { changes, live, oids, counts, uses, expiries } = this.#parts;
    if (!changes.isOpen) return changes.make(() => this.insert(oid, now));
    const { view } = counts;
    const [size, rowEnd] = [view[sizeAt] as number, view[rowEndAt] as number];
    const row = size < rowEnd ? live.nextClear(this.#firstFree, rowEnd) : rowEnd;
    changes.journal.noteRows(this.number, row, 1);
    oids.set(row, oid);
    expiries?.add(row, now);
    live.set(row);
    uses?.note(row);
    view[sizeAt] = size + 1;
    view[rowEndAt] = Math.max(rowEnd, row + 1);
    this.#firstFree = row + 1;
    return row;
  }

  /** Sets a member, which has no value, of an object that the change under way has added. */
  fill(row: Row, { position }: Member, value: StoredValue): void {
    this.#columnAt(position).set(row, value);
    this.#parts.indexes.at(position)?.add(row);
  }

  /** Sets a member to a value of its type; `undefined` makes it absent. */
  set(row: Row, member: Member, value: StoredValue | undefined): void {
    const { changes, indexes, uses } = this.#parts;
    if (!changes.isOpen) {
      changes.make(() => this.set(row, member, value));
      return;
    }
    const { position } = member;
    const column = this.#columnAt(position);
    const index = indexes.at(position);
    changes.journal.noteValue(this.number, position, row, column.has(row) ? column.staged(row) : undefined);
    index?.drop(row);
    if (value === undefined) column.clear(row);
    else column.set(row, value);
    index?.add(row);
    uses?.note(row);
  }

  /** Takes an object out, with all links from and to it. */
  remove(row: Row): void {
    const { changes, live, definition } = this.#parts;
    assert(live.has(row), `row ${row} of ${definition.name} holds no object`);
    takeAll(changes.removal(new Map([[this, new RowSet([row])]])));
  }

  /**
   * Lets rows hold no objects, as a part of a change that is noted. Readers see them no more, though columns, indexes and
   * links are as they were until {@link RowWriter.dismantle} and {@link RowWriter.endClearing}.
   */
  hide(rows: RowSet): void {
    const { view } = this.#parts.counts;
    view[isClearingAt] = 1;
    rows.clearIn(this.#parts.live);
    view[sizeAt] = (view[sizeAt] as number) - rows.size;
  }

  /** Takes links to a row that is hidden away, some of them; says whether there are no more. */
  unlink(row: Row): boolean {
    const { incoming, live, changes } = this.#parts;
    for (const { links, table, member } of incoming) {
      const rewrite: RewriteList = (referrer, targets, write) =>
        changes.journal.overwrite({ table, member: member.position }, referrer, targets, write);
      if (!links.unlink(row, live, unlinkedAtOnce, rewrite)) return false;
    }
    return true;
  }

  /** Takes away and gives back all that a row has that is hidden and that nothing links to. */
  dismantle(row: Row): void {
    const { columns, oids, expiries } = this.#parts;
    for (let position = 0; position < columns.length; position++) this.#empty(row, position);
    oids.clear(row);
    expiries?.drop(row);
    this.#firstFree = Math.min(this.#firstFree, row);
  }

  /** All hidden rows have been dismantled. */
  endClearing(): void {
    this.#parts.counts.view[isClearingAt] = 0;
  }

  /** Undoes what was noted, the store being as it was just after it. */
  undo(entry: JournalEntry): void {
    if (entry.kind === 'rows') {
      for (let row = entry.from; row < entry.from + entry.count; row++) this.#erase(row);
      return;
    }
    const { row, member, before } = entry;
    this.#empty(row, member);
    if (!before) return;
    this.#columnAt(member).adopt(row, before.low, before.high);
    this.#parts.indexes.at(member)?.add(row);
  }

  /** Gives back what a member had that was set. */
  discard(position: number, low: number, high: number): void {
    this.#columnAt(position).discard(low, high);
  }

  /** Takes back what a thread that died has noted, whatever it has done since. {@link RowWriter.rebuild} has to follow. */
  takeBack(entry: JournalEntry): void {
    if (entry.kind === 'value') this.#columnAt(entry.member).putBack(entry.row, entry.before);
    else for (let row = entry.from; row < entry.from + entry.count; row++) this.#parts.live.clear(row);
  }

  /** Takes back that a list of links was being written over. */
  putBackList({ member, row, targets }: ListBefore): void {
    const column = this.#parts.columns[member];
    if (column && !('cells' in column)) column.putBackList(row, targets);
  }

  /** Makes all anew that follows from which rows hold objects, and what is in them. */
  rebuild(): void {
    const { live, oids, columns, indexes, targets, counts, expiries } = this.#parts;
    const rowEnd = live.words.view.length * 32;
    const rows = { [Symbol.iterator]: () => live.each(rowEnd) };
    let last = -1;
    for (const row of rows) last = row;
    counts.view[rowEndAt] = last + 1;
    counts.view[sizeAt] = live.countBefore(last + 1);
    counts.view[isClearingAt] = 0;
    oids.rebuild(rows);
    expiries?.rebuild(rows);
    columns.forEach((column, position) => {
      const target = targets.get(position);
      if ('cells' in column) column.rebuild(live);
      else if (target) column.rebuild(live, target);
    });
    for (const index of indexes) index.rebuild(rows);
    this.#firstFree = 0;
  }

  /** Takes an object out, as a part of a change that is noted. */
  #erase(row: Row): void {
    const { live, counts } = this.#parts;
    if (!live.has(row)) return;
    live.clear(row);
    counts.view[sizeAt] = (counts.view[sizeAt] as number) - 1;
    while (!this.unlink(row));
    this.dismantle(row);
  }

  /** Takes away what a member has and gives it back. */
  #empty(row: Row, position: number): void {
    const column = this.#columnAt(position);
    if (!column.has(row)) return;
    const { low, high } = column.staged(row);
    this.#parts.indexes.at(position)?.drop(row);
    column.clear(row);
    column.discard(low, high);
  }

  /** The member says which values its column takes. */
  #columnAt(position: number): Column {
    return this.#parts.columns[position] as Column;
  }
}
