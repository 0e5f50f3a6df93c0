import type { SharedBitmap } from '../memory/shared-bitmap.js';
import type { Column, Row } from './column.js';

/** A row's list of links is about to be written over where it is, which `write` does: until then it is known as it was. */
export type RewriteList = (row: Row, targets: readonly Row[], write: () => void) => void;

/** Links as they are read: to rows of another class, one or a list. */
export interface LinkReads {
  /** A row of the other class or a list of them; `undefined` where the member is absent. */
  get(row: Row): Row | readonly Row[] | undefined;
  /** Whether the member is present. */
  has(row: Row): boolean;
  /** How many links a row has. */
  countAt(row: Row): number;
  targetAt(row: Row, position: number): Row;
  /** The rows that a row links to, in the order of the list. */
  targetsOf(row: Row): readonly Row[];
}

/** A member that links to rows of another class, followed in both directions. */
export interface Links extends Column<Row | readonly Row[]>, LinkReads {
  get(row: Row): Row | readonly Row[] | undefined;
  has(row: Row): boolean;
  /** The rows that link to a row of the other class, each once. */
  referrersOf(target: Row): readonly Row[];
  /**
   * Takes a row of the other class that holds no object out of links, of so many rows at most: a single link becomes absent, a
   * list loses the element, and all others that are gone. Says whether no row links there any more.
   */
  unlink(target: Row, live: SharedBitmap, rowsMax: number, rewrite: RewriteList): boolean;
  /** As {@link Column.putBack}, for a list that was being written over. */
  putBackList(row: Row, targets: readonly Row[]): void;
  /**
   * Keeps the links from rows of objects to rows of objects, and what leads back, after the death of the thread that wrote.
   */
  rebuild(live: SharedBitmap, targets: SharedBitmap): void;
  /** Makes room for so many rows of the other class. Throws `LimitError` when there is none. */
  reserveTargets(rows: number): void;
}
