import type { Prng } from '@syncytium/kit';
import type { Oid } from '../oid.js';
import type { LinkMember } from '../schema/class-definition.js';
import type { Row, ScalarColumn } from './columns/column.js';
import type { Links } from './columns/links.js';
import type { OidColumn } from './columns/oid-column.js';
import type { MemberIndex } from './indexes/member-index.js';
import type { JsonTarget } from './json-target.js';
import type { SharedBitmap } from './memory/shared-bitmap.js';
import type { SharedVector } from './memory/shared-vector.js';
import type { StagedRows } from './staged-rows.js';

/** The table's own words: rows below this may hold objects, and how many do. */
export const rowEndAt = 0;
export const sizeAt = 1;

/** What a table is made of. */
interface TableParts {
  readonly counts: SharedVector;
  readonly live: SharedBitmap;
  readonly oids: OidColumn;
  readonly columns: readonly (ScalarColumn | Links)[];
  readonly indexes: readonly MemberIndex[];
}

/**
 * Takes staged rows into their table, each where the caller wants to: nobody sees them before {@link RowAdopter.show}, so
 * others may read in between, but not write.
 */
export class RowAdopter {
  readonly staged: StagedRows;
  readonly #parts: TableParts;
  /** The columns of staged values by position; `undefined` for links. */
  readonly #columns: readonly (ScalarColumn | undefined)[];
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
    this.#columns = staged.columns.map(({ column }) => column);
    this.#free = new Int32Array(freeCount);
    this.#first = rowEnd - freeCount;
  }

  /** The place of a staged row in the table, which {@link RowAdopter.adopt} has to have found. */
  rowAt(position: number): Row {
    return position < this.#free.length ? (this.#free[position] as Row) : this.#first + position;
  }

  /** Finds the place of the next staged row, in their order, and puts its values there with a new OID. */
  adopt(position: number, prng: Prng): void {
    if (position < this.#free.length) this.#findFree();
    const row = this.rowAt(position);
    const { oids, indexes } = this.#parts;
    oids.make(row, prng);
    const { columns } = this.staged;
    for (let i = 0; i < columns.length; i++) {
      const staged = columns[i];
      if (staged?.present[position] === 1)
        this.#columns[i]?.adopt(row, staged.lows[position] as number, staged.highs[position] as number);
    }
    for (const index of indexes) index.addHidden(row);
  }

  /** The OID of an adopted row. */
  oidOf(position: number): Oid {
    return this.#parts.oids.oidOf(this.rowAt(position));
  }

  /** Writes the OID of an adopted row, with quotes. */
  writeOid(position: number, target: JsonTarget): void {
    this.#parts.oids.writeJson(this.rowAt(position), target);
  }

  /** Links an adopted row. */
  link(position: number, member: LinkMember, targets: readonly Row[]): void {
    const links = this.#parts.columns[member.position] as Links;
    links.set(this.rowAt(position), member.isArray ? targets : targets[0]);
  }

  /** Lets all rows hold objects. */
  show(): void {
    const { counts, live, indexes } = this.#parts;
    const { count } = this.staged;
    const end = this.#first + count;
    for (const row of this.#free) live.set(row);
    live.setRange(this.#first + this.#free.length, end);
    counts.view[sizeAt] = (counts.view[sizeAt] as number) + count;
    counts.view[rowEndAt] = Math.max(counts.view[rowEndAt] as number, end);
    for (const index of indexes) index.show();
  }

  #findFree(): void {
    const { live, counts } = this.#parts;
    const row = live.nextClear(this.#lookedUpTo, counts.view[rowEndAt] as number);
    this.#free[this.#freeFound++] = row;
    this.#lookedUpTo = row + 1;
  }
}
