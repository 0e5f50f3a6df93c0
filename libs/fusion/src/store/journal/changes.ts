import { assert } from '@syncytium/kit';
import type { ChangeCounters } from '../memory/change-counters.js';
import { eachInSteps, takeAll, type Steps } from '../in-steps.js';
import type { RowSet } from '../row-set.js';
import type { RowWriter } from '../row-writer.js';
import { ChangeJournal } from './change-journal.js';

/**
 * Makes changes to the tables of a store whole: one that something goes wrong with is undone, and so is one whose thread
 * dies on the way, by the next that writes. Removals, which nothing can go wrong with once they have begun, are carried
 * through instead, so that what they take is at hand at once.
 */
export class Changes {
  readonly #counters: ChangeCounters;
  readonly #entriesMax: number | undefined;
  readonly #tables: RowWriter[] = [];
  #journal: ChangeJournal;
  #isOpen = false;
  #isBroken = false;
  #layoutBefore = 0;

  /**
   * @param shared The journal of the thread that wrote before.
   * @param entriesMax Most entries of its own journal.
   */
  constructor(counters: ChangeCounters, shared?: SharedArrayBuffer, entriesMax?: number) {
    this.#counters = counters;
    this.#entriesMax = entriesMax;
    this.#journal = new ChangeJournal(shared, entriesMax);
  }

  get journal(): ChangeJournal {
    return this.#journal;
  }

  /** Whether a change is under way. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether a change broke off that could not be undone: only by a mistake of ours, and no other can be made then. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** A table has been added, the number of which is how many there were. */
  add(table: RowWriter): void {
    this.#tables.push(table);
  }

  /** There are no tables any more. */
  clear(): void {
    this.#tables.length = 0;
    this.#journal = new ChangeJournal(undefined, this.#entriesMax);
    this.#isBroken = false;
  }

  /** Makes a change of all that `make` does to tables; when it throws, it has done nothing. */
  make<R>(make: () => R): R {
    return takeAll(this.makeInSteps(make, Infinity));
  }

  /** As {@link Changes.make}: all in the first step. What it took away is given back then and in those that follow. */
  *makeInSteps<R>(make: () => R, discardedAtOnce = 128): Steps<R> {
    this.#begin();
    let result: R;
    try {
      result = make();
    } catch (error) {
      this.#undo();
      throw error;
    }
    const { layouts } = this.#counters;
    this.#journal.commit(layouts === this.#layoutBefore ? 0 : layouts);
    for (let from = 0; from < this.#journal.valuesEnd; from += discardedAtOnce) {
      if (from > 0) yield;
      this.#journal.eachValue(from, from + discardedAtOnce, this.#discard);
    }
    this.#isOpen = false;
    return result;
  }

  /**
   * Takes objects out with all links from and to them, in steps, between which others may read: all are gone at once, in one of
   * them, and what they took is given back in those that follow. Throws `LimitError`, before anything is done, when there are
   * too many.
   */
  *removal(removed: ReadonlyMap<RowWriter, RowSet>): Steps<void> {
    this.#begin();
    try {
      for (const [{ number }, rows] of removed)
        yield* eachInSteps(rows, (row) => this.#journal.noteRemoval(number, row));
    } finally {
      this.#isOpen = false;
    }
    this.#isBroken = true;
    this.#journal.beginRemoval();
    for (const [table, rows] of removed) table.hide(rows);
    for (const [table, rows] of removed) yield* dismantle(table, rows);
    for (const table of removed.keys()) table.endClearing();
    this.#journal.settle();
    this.#isBroken = false;
  }

  /**
   * Makes the tables sound after the death of the thread that wrote: what it was changing is undone or carried through, and
   * all that follows from the objects is made anew.
   *
   * @param layout The layout that is known of the store.
   */
  recover(layout: number): void {
    const journal = this.#journal;
    const task = journal.takeOver(layout);
    // What is not known was made by the same change.
    for (const entry of journal.backwards()) this.#tables[entry.table]?.takeBack(entry);
    const list = task === 'carry through' ? journal.listBefore : undefined;
    if (list) this.#tables[list.table]?.putBackList(list);
    for (const table of this.#tables) table.rebuild();
    journal.settle();
  }

  #begin(): void {
    assert(!this.#isBroken, 'a change broke off, and the store can be changed no more');
    assert(!this.#isOpen, 'a change is under way');
    this.#isOpen = true;
    this.#layoutBefore = this.#counters.layouts;
    this.#journal.begin();
  }

  readonly #discard = (table: number, member: number, low: number, high: number): void => {
    this.#tables[table]?.discard(member, low, high);
  };

  #undo(): void {
    this.#isBroken = true;
    for (const entry of this.#journal.backwards()) this.#tables[entry.table]?.undo(entry);
    this.#journal.settle();
    this.#isBroken = false;
    this.#isOpen = false;
  }
}

/** Rows that are dismantled before others may have their turn: each takes about a microsecond. */
const dismantledAtOnce = 16;

function* dismantle(table: RowWriter, rows: RowSet): Steps<void> {
  let left = dismantledAtOnce;
  for (const row of rows) {
    while (!table.unlink(row)) yield;
    table.dismantle(row);
    if (--left > 0) continue;
    left = dismantledAtOnce;
    yield;
  }
}
