import type { Clock } from '@syncytium/kit';
import type { ScalarTerm, Term, Test } from '../fql/plan.js';
import { compareScalars, type Scalar } from '../schema/scalar.js';
import type { Row } from '../store/columns/column.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';

/** How long a query searched, in milliseconds. */
export interface SearchTimes {
  indexesMs: number;
  nonIndexesMs: number;
}

/** Finds the objects that satisfy terms: what indexes can tell first, the rest by looking. For one query. */
export class RowSelector {
  readonly times: SearchTimes = { indexesMs: 0, nonIndexesMs: 0 };
  readonly #store: Store;
  readonly #clock: Clock;
  /** Whether a linked object satisfies a term: asked once, though many objects may link to it. */
  readonly #verdicts = new Map<Term, Map<Row, boolean>>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The rows that satisfy every term, in the table's order; not more than `rowsMax`. */
  select(table: Table, terms: readonly Term[], rowsMax = Infinity): readonly Row[] {
    const start = this.#clock.now();
    const candidates = this.#candidates(table, terms);
    const indexed = this.#clock.now();
    const rows = this.#filter(table, candidates ?? table.rows(), terms, rowsMax);
    if (candidates) this.times.indexesMs += indexed - start;
    if (needsLooking(table, terms)) this.times.nonIndexesMs += this.#clock.now() - indexed;
    return rows;
  }

  /** Those of the given rows that satisfy every term. */
  filter(table: Table, rows: readonly Row[], terms: readonly Term[]): readonly Row[] {
    const start = this.#clock.now();
    const fitting = this.#filter(table, rows, terms, Infinity);
    this.times.nonIndexesMs += this.#clock.now() - start;
    return fitting;
  }

  #filter(table: Table, rows: Iterable<Row>, terms: readonly Term[], rowsMax: number): Row[] {
    const fitting: Row[] = [];
    if (rowsMax === 0) return fitting;
    for (const row of rows) {
      if (this.#satisfiesAll(table, row, terms) && fitting.push(row) >= rowsMax) break;
    }
    return fitting;
  }

  /** The fewest rows that indexes leave; `undefined` when none of the terms has an index. */
  #candidates(table: Table, terms: readonly Term[]): readonly Row[] | undefined {
    let best: readonly Row[] | undefined;
    for (const term of terms) {
      const rows =
        term.kind === 'scalar' ? lookUp(table, term, best?.length) : this.#referrers(table, term, best?.length);
      if (rows && rows.length < (best?.length ?? Infinity)) best = rows;
    }
    return best;
  }

  /** The rows whose linked objects are candidates; `undefined` when that is unknown, or no fewer than `fewerThan`. */
  #referrers(table: Table, term: Extract<Term, { kind: 'link' }>, fewerThan = Infinity): readonly Row[] | undefined {
    const linked = this.#candidates(this.#store.table(term.member.target), term.terms);
    if (!linked || linked.length >= fewerThan) return undefined;
    const rows = new Set<Row>();
    for (const target of linked) for (const row of table.referrersOf(target, term.member)) rows.add(row);
    return [...rows];
  }

  #satisfiesAll(table: Table, row: Row, terms: readonly Term[]): boolean {
    return terms.every((term) => this.#satisfies(table, row, term));
  }

  #satisfies(table: Table, row: Row, term: Term): boolean {
    if (term.kind === 'link')
      return table.targetsOf(row, term.member).some((linked) => this.#satisfiesLinked(linked, term));
    const value = table.get(row, term.member) as Scalar | readonly Scalar[] | undefined;
    if (value === undefined) return false;
    return isList(value) ? value.some((item) => passesAll(item, term.tests)) : passesAll(value, term.tests);
  }

  #satisfiesLinked(row: Row, term: Extract<Term, { kind: 'link' }>): boolean {
    let verdicts = this.#verdicts.get(term);
    if (!verdicts) this.#verdicts.set(term, (verdicts = new Map<Row, boolean>()));
    let verdict = verdicts.get(row);
    if (verdict === undefined) {
      verdict = this.#satisfiesAll(this.#store.table(term.member.target), row, term.terms);
      verdicts.set(row, verdict);
    }
    return verdict;
  }
}

/** The rows an index gives for a term; `undefined` when there is no index for it, or no fewer than `fewerThan`. */
function lookUp(table: Table, { member, tests }: ScalarTerm, fewerThan = Infinity): readonly Row[] | undefined {
  const index = table.indexOf(member);
  if (!index) return undefined;
  let best: readonly Scalar[] | undefined;
  let bestCount = fewerThan;
  for (const test of tests) {
    const values = valuesOf(test);
    if (!values) continue;
    const count = values.reduce<number>((sum, value) => sum + index.countOf(value), 0);
    if (count < bestCount) [best, bestCount] = [values, count];
  }
  if (!best) return undefined;
  if (best.length === 1) return index.rowsOf(best[0] as Scalar);
  // An object whose list holds several of the values is still one object.
  return [...new Set(best.flatMap((value) => index.rowsOf(value)))];
}

/** The values a test allows; `undefined` when they cannot be listed. */
function valuesOf(test: Test): readonly Scalar[] | undefined {
  if (test.operator === '==') return [test.value];
  return test.operator === 'in' ? [...test.values] : undefined;
}

/** Whether objects have to be looked at: an equality on an index needs no second look. */
function needsLooking(table: Table, terms: readonly Term[]): boolean {
  const isSettled = (term: Term): boolean =>
    term.kind === 'scalar' &&
    table.indexOf(term.member) !== undefined &&
    term.tests.length === 1 &&
    term.tests[0]?.operator === '==';
  return terms.length > 0 && !(terms.length === 1 && terms.every(isSettled));
}

function passesAll(value: Scalar, tests: readonly Test[]): boolean {
  return tests.every((test) => passes(value, test));
}

function passes(value: Scalar, test: Test): boolean {
  switch (test.operator) {
    case '==':
      return value === test.value;
    case '!=':
      return value !== test.value;
    case '<':
      return compareScalars(value, test.value) < 0;
    case '<=':
      return compareScalars(value, test.value) <= 0;
    case '>':
      return compareScalars(value, test.value) > 0;
    case '>=':
      return compareScalars(value, test.value) >= 0;
    case 'in':
      return test.values.has(value);
    case 'prefix':
      return (value as string).startsWith(test.value);
  }
}

function isList(value: Scalar | readonly Scalar[]): value is readonly Scalar[] {
  return Array.isArray(value);
}
