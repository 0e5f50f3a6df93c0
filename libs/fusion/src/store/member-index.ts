import type { Scalar } from '../schema/scalar.js';
import type { Row } from './column.js';

/** From a member's values to the rows that have them. */
export class MemberIndex {
  // Most keys of a good index have one row, which then needs no set of its own.
  readonly #rows = new Map<Scalar, Row | Set<Row>>();

  /** How many different values there are. */
  get keyCount(): number {
    return this.#rows.size;
  }

  rowsOf(value: Scalar): readonly Row[] {
    const rows = this.#rows.get(value);
    if (rows === undefined) return [];
    return typeof rows === 'number' ? [rows] : [...rows];
  }

  countOf(value: Scalar): number {
    const rows = this.#rows.get(value);
    if (rows === undefined) return 0;
    return typeof rows === 'number' ? 1 : rows.size;
  }

  /** Adding twice changes nothing, as a list may hold a value twice. */
  add(value: Scalar, row: Row): void {
    const rows = this.#rows.get(value);
    if (rows === undefined) this.#rows.set(value, row);
    else if (typeof rows !== 'number') rows.add(row);
    else if (rows !== row) this.#rows.set(value, new Set([rows, row]));
  }

  delete(value: Scalar, row: Row): void {
    const rows = this.#rows.get(value);
    if (rows === row) this.#rows.delete(value);
    if (rows === undefined || typeof rows === 'number') return;
    rows.delete(row);
    if (rows.size === 0) this.#rows.delete(value);
  }
}
