import type { Column, Row } from './column.js';

/** A member that links to rows of another class, one or a list, followed in both directions. */
export interface Links extends Column<Row | readonly Row[]> {
  /** How many links a row has. */
  countAt(row: Row): number;
  targetAt(row: Row, position: number): Row;
  /** The rows that a row links to, in the order of the list. */
  targetsOf(row: Row): readonly Row[];
  /** The rows that link to a row of the other class, each once. */
  referrersOf(target: Row): readonly Row[];
  /** Takes a row of the other class out of every link: a single link becomes absent, a list loses the element. */
  unlink(target: Row): void;
  /** Makes room for so many rows of the other class. Throws `LimitError` when there is none. */
  reserveTargets(rows: number): void;
}
