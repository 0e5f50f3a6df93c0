import type { ClassDefinition, LinkMember } from '../schema/class-definition.js';
import type { ScalarColumn } from './columns/column.js';
import type { Links } from './columns/links.js';
import type { TableOptions } from './columns/make-column.js';
import type { OidColumn } from './columns/oid-column.js';
import type { ExpiryQueue } from './expiry-queue.js';
import type { Changes } from './journal/changes.js';
import type { ChangeCounters } from './memory/change-counters.js';
import type { SharedBitmap } from './memory/shared-bitmap.js';
import type { SharedMemory } from './memory/shared-memory.js';
import type { SharedVector } from './memory/shared-vector.js';
import type { TableIndexes } from './table-indexes.js';
import type { UseTimes } from './use-times.js';

/**
 * The table's own words: rows below this may hold objects, how many do, and whether links and indexes still lead to rows
 * that do not any more.
 */
export const rowEndAt = 0;
export const sizeAt = 1;
export const isClearingAt = 2;
export const countsLength = 3;

/** The buffers of a table and of its indexes, by the positions of their members. */
export interface TableLayout {
  readonly buffers: readonly SharedMemory[];
  readonly indexes: ReadonlyMap<number, readonly SharedMemory[]>;
}

/** What a table has in common with the others of its store, and which of them it is. */
export interface TableSetting {
  readonly options: TableOptions;
  readonly counters: ChangeCounters;
  readonly changes: Changes;
  readonly number: number;
}

/** A column of another class that links to a table. */
export interface IncomingLinks {
  readonly links: Links;
  /** The number of the other class's table. */
  readonly table: number;
  readonly member: LinkMember;
}

/** What a table is made of, for all that write to it. */
export interface TableParts {
  readonly definition: ClassDefinition;
  /** Which of the store's tables it is. */
  readonly number: number;
  readonly changes: Changes;
  readonly counts: SharedVector;
  /** The rows that hold objects. */
  readonly live: SharedBitmap;
  readonly oids: OidColumn;
  /** By the positions of their members, as are the next two. */
  readonly columns: readonly (ScalarColumn | Links)[];
  readonly indexes: TableIndexes;
  /** The rows of the class that a member links to that hold objects. */
  readonly targets: ReadonlyMap<number, SharedBitmap>;
  readonly incoming: readonly IncomingLinks[];
  /** When each object was used, where that is of interest. */
  readonly uses: UseTimes | undefined;
  /** When objects expire, where they do. */
  readonly expiries: ExpiryQueue | undefined;
}
