import type { Row, StagedValue } from '../columns/column.js';
import { ChangeCounters } from '../memory/change-counters.js';
import { SharedBuffers } from '../memory/shared-buffers.js';
import { SharedVector } from '../memory/shared-vector.js';

/**
 * The journal's own words. The first is the length of what has been noted: above 0 where that is to be undone, below 0
 * where it is to be carried through, and 0 where it is done. Then the layout without which it is to be undone all the same,
 * and where a list is that is being written over; 0 stands for none.
 */
const stateAt = 0;
const layoutAt = 1;
const listAt = 2;
const headerWords = 4;

/** An entry is its kind with the table and the member it is about, and three more words. */
const entryWords = 4;

const kinds = {
  /** Rows, so many from the first on, get objects or lose them. */
  rows: 0,
  /** A row loses a value: the row, then the value. */
  value: 1,
  /** A row gets a value that has none. */
  absent: 2,
} as const;

const kindBits = 2;
/** For 1,024 members, and as many classes. */
const memberBits = 10;

/** Most entries, unless told: a query changes 67,108,863 values at most. */
const entriesMaxUsual = 2 ** 26 - headerWords / entryWords;

/** A table of the store by its number, or one of its columns. */
export interface Place {
  readonly table: number;
  readonly member: number;
}

/** What a journal tells of a change. */
export type JournalEntry =
  | { readonly kind: 'rows'; readonly table: number; readonly from: Row; readonly count: number }
  | ({ readonly kind: 'value'; readonly row: Row; readonly before: StagedValue | undefined } & Place);

/** A list of links as it was before it was written over. */
export interface ListBefore extends Place {
  readonly row: Row;
  readonly targets: readonly Row[];
}

/**
 * What has to be known of a change to undo it, or to carry it through, should the thread that makes it die on the way. It
 * is in shared memory, and each of its steps takes effect with a single word, written after what it is about: the next
 * thread sees all that the one before it has written, in this order.
 */
export class ChangeJournal {
  readonly #buffers: SharedBuffers;
  readonly #words: SharedVector;
  /** Where the next entry goes, and the last is. */
  #end = headerWords;
  #values = 0;

  /**
   * @param shared The journal of the thread that wrote before.
   * @param entriesMax Most entries of a change.
   */
  constructor(shared?: SharedArrayBuffer, entriesMax = entriesMaxUsual) {
    // Not counted with the memory of objects, for a change has to be noted also when that is used up.
    this.#buffers = new SharedBuffers(new ChangeCounters(), shared && [shared]);
    this.#words = new SharedVector(this.#buffers, 'changes of a query', headerWords + entriesMax * entryWords);
    this.#words.ensure(headerWords);
  }

  get shared(): SharedArrayBuffer {
    return this.#buffers.taken[0] as SharedArrayBuffer;
  }

  /** A change begins. */
  begin(): void {
    if (this.#words.view[stateAt] !== 0) this.settle();
    else this.#clear();
  }

  /** Makes room for so many entries. Throws `LimitError` when there is none, as do all that note something. */
  reserve(entries: number): void {
    this.#words.ensure(this.#end + entries * entryWords);
  }

  /** Rows are about to get objects. */
  noteRows(table: number, from: Row, count: number): void {
    this.#addRows(table, from, count);
    this.#words.view[stateAt] = this.#end;
  }

  /** A member is about to be set. */
  noteValue(table: number, member: number, row: Row, before: StagedValue | undefined): void {
    if (before) {
      this.#values++;
      this.#add(kinds.value, table, member, row, before.low, before.high);
    } else this.#add(kinds.absent, table, member, row, 0, 0);
    this.#words.view[stateAt] = this.#end;
  }

  /** A row is to lose its object, as soon as all that do are known. */
  noteRemoval(table: number, row: Row): void {
    this.#addRows(table, row, 1);
  }

  /** All removals that were noted are from now on carried through. */
  beginRemoval(): void {
    this.#words.view[stateAt] = -this.#end;
  }

  /** A list of links is written over. There is one at a time. */
  overwrite({ table, member }: Place, row: Row, targets: readonly Row[], write: () => void): void {
    const at = this.#end;
    this.#words.ensure(at + entryWords + targets.length);
    const { view } = this.#words;
    view[at] = table;
    view[at + 1] = member;
    view[at + 2] = row;
    view[at + 3] = targets.length;
    for (let i = 0; i < targets.length; i++) view[at + entryWords + i] = targets[i] as Row;
    view[listAt] = at;
    write();
    view[listAt] = 0;
  }

  /**
   * The change is made.
   *
   * @param layout The layout that came with it; who does not know that cannot know the change either. 0 for none.
   */
  commit(layout: number): void {
    const { view } = this.#words;
    if (layout === 0) view[stateAt] = 0;
    else view[layoutAt] = layout;
  }

  /** Nothing is to be undone or carried through any more. */
  settle(): void {
    const { view } = this.#words;
    view[stateAt] = 0;
    view[layoutAt] = 0;
    view[listAt] = 0;
    this.#clear();
  }

  /** How many entries {@link ChangeJournal.eachValue} has to look at. */
  get valuesEnd(): number {
    return this.#values === 0 ? 0 : (this.#end - headerWords) / entryWords;
  }

  /** Calls something with every value that was taken away, of the entries from one to before another. */
  eachValue(
    from: number,
    end: number,
    visit: (table: number, member: number, low: number, high: number) => void,
  ): void {
    const { view } = this.#words;
    const until = Math.min(end, this.valuesEnd);
    for (let entry = from; entry < until; entry++) {
      const at = headerWords + entry * entryWords;
      const tag = view[at] as number;
      if (kindOf(tag) === kinds.value)
        visit(tableOf(tag), memberOf(tag), view[at + 2] as number, view[at + 3] as number);
    }
  }

  /** What was noted, the last first. */
  *backwards(): Generator<JournalEntry, void> {
    for (let at = this.#end - entryWords; at >= headerWords; at -= entryWords) yield this.#entryAt(at);
  }

  /**
   * What the thread that wrote has left to do when it died: `undo` or `carry through` what {@link ChangeJournal.backwards}
   * tells from then on.
   *
   * @param layout The layout that is known of the store.
   */
  takeOver(layout: number): 'nothing' | 'undo' | 'carry through' {
    this.#words.refresh();
    const { view } = this.#words;
    const state = view[stateAt] as number;
    const needed = view[layoutAt] as number;
    const isDone = state > 0 && needed > 0 && needed <= layout;
    this.#end = isDone ? headerWords : Math.max(Math.abs(state), headerWords);
    if (this.#end === headerWords) return 'nothing';
    return state > 0 ? 'undo' : 'carry through';
  }

  /** The list that was being written over. */
  get listBefore(): ListBefore | undefined {
    const { view } = this.#words;
    const at = view[listAt] as number;
    if (at === 0) return undefined;
    const [table, member, row] = [view[at] as number, view[at + 1] as number, view[at + 2] as Row];
    const from = at + entryWords;
    return { table, member, row, targets: Array.from(view.subarray(from, from + (view[at + 3] as number))) };
  }

  #clear(): void {
    this.#end = headerWords;
    this.#values = 0;
  }

  /** Rows one after the other are one entry. */
  #addRows(table: number, from: Row, count: number): void {
    const { view } = this.#words;
    const last = this.#end - entryWords;
    const isNext =
      last >= headerWords &&
      view[last] === tagOf(kinds.rows, table, 0) &&
      (view[last + 1] as number) + (view[last + 2] as number) === from;
    if (isNext) view[last + 2] = (view[last + 2] as number) + count;
    else this.#add(kinds.rows, table, 0, from, count, 0);
  }

  #add(kind: number, table: number, member: number, row: Row, first: number, second: number): void {
    const at = this.#end;
    this.#words.ensure(at + entryWords);
    const { view } = this.#words;
    view[at] = tagOf(kind, table, member);
    view[at + 1] = row;
    view[at + 2] = first;
    view[at + 3] = second;
    this.#end = at + entryWords;
  }

  #entryAt(at: number): JournalEntry {
    const { view } = this.#words;
    const [tag, row] = [view[at] as number, view[at + 1] as Row];
    const [first, second] = [view[at + 2] as number, view[at + 3] as number];
    const table = tableOf(tag);
    if (kindOf(tag) === kinds.rows) return { kind: 'rows', table, from: row, count: first };
    const before = kindOf(tag) === kinds.value ? { low: first, high: second } : undefined;
    return { kind: 'value', table, member: memberOf(tag), row, before };
  }
}

function tagOf(kind: number, table: number, member: number): number {
  return kind | (member << kindBits) | (table << (kindBits + memberBits));
}

function kindOf(tag: number): number {
  return tag & ((1 << kindBits) - 1);
}

function memberOf(tag: number): number {
  return (tag >>> kindBits) & ((1 << memberBits) - 1);
}

function tableOf(tag: number): number {
  return tag >>> (kindBits + memberBits);
}
