import type { Column, Row } from './column.js';

const nobody: ReadonlySet<Row> = new Set();

/** Links of a member to rows of another class, one or a list, followed in both directions. */
export class LinkColumn implements Column<Row | readonly Row[]> {
  readonly #targets: (Row | readonly Row[] | undefined)[] = [];
  readonly #referrers = new Map<Row, Set<Row>>();

  get(row: Row): Row | readonly Row[] | undefined {
    return this.#targets[row];
  }

  set(row: Row, value: Row | readonly Row[] | undefined): void {
    for (const target of this.targetsOf(row)) this.#removeReferrer(target, row);
    this.#targets[row] = value;
    for (const target of this.targetsOf(row)) this.#addReferrer(target, row);
  }

  /** The rows that a row links to; none when the member is absent. */
  targetsOf(row: Row): readonly Row[] {
    const value = this.#targets[row];
    if (value === undefined) return [];
    return typeof value === 'number' ? [value] : value;
  }

  /** The rows that link to a row of the other class. */
  referrersOf(target: Row): ReadonlySet<Row> {
    return this.#referrers.get(target) ?? nobody;
  }

  /** Takes a row of the other class out of every link: a single link becomes absent, a list loses the element. */
  unlink(target: Row): void {
    for (const row of [...this.referrersOf(target)]) {
      const value = this.#targets[row];
      this.#targets[row] = isList(value) ? value.filter((other) => other !== target) : undefined;
    }
    this.#referrers.delete(target);
  }

  #addReferrer(target: Row, row: Row): void {
    const rows = this.#referrers.get(target);
    if (rows) rows.add(row);
    else this.#referrers.set(target, new Set([row]));
  }

  #removeReferrer(target: Row, row: Row): void {
    const rows = this.#referrers.get(target);
    rows?.delete(row);
    if (rows?.size === 0) this.#referrers.delete(target);
  }
}

/** `Array.isArray` that knows readonly arrays. */
function isList(value: Row | readonly Row[] | undefined): value is readonly Row[] {
  return Array.isArray(value);
}
