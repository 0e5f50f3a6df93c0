import type { Clock } from '@syncytium/kit';
import type { LinkTerm, Term } from '../fql/plan.js';
import { RowTest, type Row } from '../store/columns/column.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';

/** How long a query searched, in milliseconds. */
export interface SearchTimes {
  indexesMs: number;
  nonIndexesMs: number;
}

/** Tells which objects satisfy terms by looking at them. For one query. */
export class RowSelector {
  readonly times: SearchTimes = { indexesMs: 0, nonIndexesMs: 0 };
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #tests = new Map<Term, RowTest>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Those of the given rows that satisfy a term. */
  filter(table: Table, rows: ArrayLike<Row>, term: Term): readonly Row[] {
    const start = this.#clock.now();
    const test = this.compile(table, term);
    const fitting: Row[] = [];
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as Row;
      if (test.passes(row)) fitting.push(row);
    }
    this.times.nonIndexesMs += this.#clock.now() - start;
    return fitting;
  }

  /** Finds the rows that satisfy a term. */
  compile(table: Table, term: Term): RowTest {
    let test = this.#tests.get(term);
    if (!test) this.#tests.set(term, (test = this.#compile(table, term)));
    return test;
  }

  #compile(table: Table, term: Term): RowTest {
    if (term.kind === 'scalar') return table.compile(term.member, term.tests);
    const target = this.#store.table(term.member.target);
    return new LinkTest(
      table,
      term,
      target,
      term.terms.map((inner) => this.compile(target, inner)),
    );
  }
}

const satisfies = 1;
const doesNot = 2;

/** Whether the linked object, or one of a list, passes all tests. */
class LinkTest extends RowTest {
  readonly #table: Table;
  readonly #term: LinkTerm;
  readonly #tests: readonly RowTest[];
  /** Of each linked object, once it is known: asked once, though many objects may link to it. */
  readonly #verdicts: Uint8Array;

  constructor(table: Table, term: LinkTerm, target: Table, tests: readonly RowTest[]) {
    super();
    this.#table = table;
    this.#term = term;
    this.#tests = tests;
    this.#verdicts = new Uint8Array(target.rowEnd);
  }

  passes(row: Row): boolean {
    const { member } = this.#term;
    const count = this.#table.targetCount(row, member);
    for (let i = 0; i < count; i++) if (this.#satisfies(this.#table.targetAt(row, member, i))) return true;
    return false;
  }

  #satisfies(target: Row): boolean {
    const known = this.#verdicts[target];
    if (known !== 0) return known === satisfies;
    const holds = this.#tests.every((test) => test.passes(target));
    this.#verdicts[target] = holds ? satisfies : doesNot;
    return holds;
  }
}
