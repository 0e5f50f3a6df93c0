import type { Prng } from '@syncytium/kit';
import type { LinkMember } from '../schema/class-definition.js';
import type { Row } from './columns/column.js';
import type { Links } from './columns/links.js';
import type { JsonTarget } from './json-target.js';
import { inSteps } from './in-steps.js';
import { RegionOrder, type OrderWords } from './memory/region-order.js';
import type { StagedRows } from './staged-rows.js';
import { rowEndAt, sizeAt, type TableParts } from './table-parts.js';

/**
 * Takes staged rows into their table, each where the caller wants to: nobody sees them before {@link RowAdopter.show}, so
 * others may read in between, but not write.
 */
export class RowAdopter {
  readonly staged: StagedRows;
  readonly #parts: TableParts;
  /** Rows that are free, in their order; then come those from `#first`. */
  readonly #free: Int32Array;
  readonly #first: Row;
  #freeFound = 0;
  #lookedUpTo = 0;

  constructor(staged: StagedRows, parts: TableParts) {
    const { view } = parts.counts;
    const rowEnd = view[rowEndAt] as number;
    const freeCount = Math.min(rowEnd - (view[sizeAt] as number), staged.count);
    this.staged = staged;
    this.#parts = parts;
    this.#free = new Int32Array(freeCount);
    this.#first = rowEnd - freeCount;
  }

  /** The place of a staged row in the table, which {@link RowAdopter.adopt} has to have found. */
  rowAt(position: number): Row {
    return position < this.#free.length ? (this.#free[position] as Row) : this.#first + position;
  }

  /** Puts all rows with their values and new OIDs where they are to be, as objects that live from now on. */
  *adopt(prng: Prng, now: number): Generator<undefined, void> {
    const { staged } = this;
    const { oids, indexes, expiries } = this.#parts;
    const rowAt = (position: number): Row => this.rowAt(position);
    yield* inSteps(staged.count, (position) => {
      if (position < this.#free.length) this.#findFree();
      oids.make(this.rowAt(position), prng);
    });
    let words: OrderWords | undefined;
    for (const values of staged.columns) {
      const { column, present, lows, highs } = values;
      if (!column) continue;
      yield* inSteps(
        staged.count,
        (position) => {
          if (present[position] === 1)
            column.adopt(this.rowAt(position), lows[position] as number, highs[position] as number);
        },
        'light',
      );
      words = values.takeWords();
    }
    if (expiries) yield* inSteps(staged.count, (position) => expiries.add(this.rowAt(position), now), 'light');
    // The same memory for all orders, one after the other, which in most cases has been touched before.
    words ??= [new Int32Array(staged.count), new Int32Array(staged.count)];
    yield* this.#addOids(words);
    for (const index of indexes) yield* index.addHidden(staged.count, rowAt, words);
  }

  /** Writes the OID of an adopted row, with quotes. */
  writeOid(position: number, target: JsonTarget): void {
    this.#parts.oids.writeJson(this.rowAt(position), target);
  }

  /** Writes the text of an adopted row's OID to bytes, without quotes. */
  writeOidText(position: number, bytes: Uint8Array, at: number): void {
    this.#parts.oids.writeText(this.rowAt(position), bytes, at);
  }

  /** Links an adopted row. */
  link(position: number, member: LinkMember, targets: readonly Row[]): void {
    const links = this.#parts.columns[member.position] as Links;
    links.set(this.rowAt(position), member.isArray ? targets : (targets[0] as Row));
  }

  /** Most entries of a journal that it takes to note that the rows are shown. */
  get entriesMax(): number {
    return this.#free.length + 1;
  }

  /** Lets all rows hold objects: a part of a change, in which nobody else must write. */
  show(): void {
    const { counts, live, indexes, number, changes } = this.#parts;
    const { count } = this.staged;
    const end = this.#first + count;
    for (const row of this.#free) changes.journal.noteRows(number, row, 1);
    changes.journal.noteRows(number, this.#first + this.#free.length, count - this.#free.length);
    for (const row of this.#free) live.set(row);
    live.setRange(this.#first + this.#free.length, end);
    counts.view[sizeAt] = (counts.view[sizeAt] as number) + count;
    counts.view[rowEndAt] = Math.max(counts.view[rowEndAt] as number, end);
    for (const index of indexes) index.show();
  }

  *#addOids(words: OrderWords): Generator<undefined, void> {
    const { oids } = this.#parts;
    const { count } = this.staged;
    yield* oids.grow(count);
    const order = new RegionOrder(words, oids.homes);
    yield* inSteps(count, (position) => order.count(oids.hashAt(this.rowAt(position))), 'light');
    order.finishCount();
    yield* inSteps(
      count,
      (position) => {
        const row = this.rowAt(position);
        order.place(row, oids.hashAt(row));
      },
      'light',
    );
    yield* inSteps(count, (position) => oids.addRow(order.rowAt(position), order.hashAt(position)));
  }

  #findFree(): void {
    const { live, counts } = this.#parts;
    const row = live.nextClear(this.#lookedUpTo, counts.view[rowEndAt] as number);
    this.#free[this.#freeFound++] = row;
    this.#lookedUpTo = row + 1;
  }
}
