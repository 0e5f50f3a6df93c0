import type { Clock } from '@syncytium/kit';
import type { Term } from '../fql/plan.js';
import type { Row } from '../store/columns/column.js';
import { scanRows } from '../store/scan-rows.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import { orderChecks, planSearch } from './plan-search.js';
import { RowSelector, type SearchTimes } from './row-selector.js';
import type { Check, IndexSource, LinksSource, SearchPlan } from './search-plan.js';

/** One step of a search as it was carried out. */
export interface StepReport {
  readonly step: 'scan' | 'oids' | 'index' | 'links' | 'check' | 'if';
  /** The member that the step is about; `undefined` for steps about whole objects. */
  readonly member: string | undefined;
  /** How many objects it was thought to leave. */
  readonly estimate: number;
  /** How many it left. */
  rows: number;
  /** The search for the objects linked to. */
  readonly linked?: SearchReport;
}

/** A search of one table as it was carried out. */
export interface SearchReport {
  readonly className: string;
  /** How many objects the class had. */
  readonly size: number;
  readonly steps: readonly StepReport[];
}

/** Objects that are looked at together, so that each term is a loop of its own; as many again each time. */
const batchRowsMin = 64;
const batchRowsMax = 16_384;

/** Finds the objects that satisfy terms, as {@link planSearch} says, and tells what came of it. For one query. */
export class Search {
  /** What came of the search; `undefined` before there was one. */
  report: SearchReport | undefined;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #selector: RowSelector;
  readonly #steps: StepReport[] = [];

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#selector = new RowSelector(store, clock);
  }

  get times(): SearchTimes {
    return this.#selector.times;
  }

  /** The rows that satisfy every term, in the table's order; not more than `rowsMax`. */
  select(table: Table, terms: readonly Term[], rowsMax = Infinity): readonly Row[] {
    return this.#run(planSearch(this.#store, table, terms, rowsMax), rowsMax, this.#begin(table));
  }

  /** How many objects there are, which takes no looking. */
  countAll(table: Table): number {
    this.#begin(table);
    return table.size;
  }

  /** Begins with these rows, each once, instead of a search. */
  take(table: Table, rows: ReadonlySet<Row>): readonly Row[] {
    this.#begin(table).push({ step: 'oids', member: undefined, estimate: rows.size, rows: rows.size });
    return [...rows];
  }

  /** Those of the rows found so far that satisfy every term, in the order given. */
  filter(table: Table, rows: readonly Row[], terms: readonly Term[], step: 'check' | 'if'): readonly Row[] {
    return this.#narrow(table, rows, orderChecks(this.#store, table, terms, rows.length), Infinity, this.#steps, step);
  }

  #begin(table: Table): StepReport[] {
    this.report = { className: table.definition.name, size: table.size, steps: this.#steps };
    return this.#steps;
  }

  #run(plan: SearchPlan, rowsMax: number, steps: StepReport[]): readonly Row[] {
    const { table, sources, checks } = plan;
    if (sources.length > 0) {
      const candidates = this.#candidates(plan, steps);
      if (checks.length === 0) return candidates.slice(0, rowsMax);
      return this.#narrow(table, candidates, checks, rowsMax, steps, 'check');
    }
    const scan: StepReport = { step: 'scan', member: undefined, estimate: table.size, rows: 0 };
    steps.push(scan);
    const [first, ...others] = checks;
    if (first?.term.kind !== 'scalar')
      return this.#narrow(table, counted(table.rows(), scan), checks, rowsMax, steps, 'check');
    const check: StepReport = { step: 'check', member: first.term.member.name, estimate: first.estimate, rows: 0 };
    steps.push(check);
    return this.#narrow(table, this.#scan(table, first.term, scan, check), others, rowsMax, steps, 'check');
  }

  /** Runs through a column, which is much quicker than looking at one object after the other. */
  *#scan(table: Table, term: Term, scan: StepReport, check: StepReport): Iterable<Row> {
    let looked = 0;
    const start = this.#clock.now();
    try {
      for (const row of scanRows(table, this.#selector.compile(table, term))) {
        check.rows++;
        looked = row + 1;
        yield row;
      }
      looked = table.rowEnd;
    } finally {
      this.times.nonIndexesMs += this.#clock.now() - start;
      scan.rows = table.countBefore(looked);
    }
  }

  /** What all sources give, in the table's order. */
  #candidates({ table, sources }: SearchPlan, steps: StepReport[]): readonly Row[] {
    let rows: readonly Row[] | undefined;
    for (const source of sources) {
      const given = source.kind === 'index' ? this.#lookUp(table, source) : this.#walkBack(table, source);
      rows = rows ? rows.filter((row) => given.rows.has(row)) : Array.from(given.rows).sort(ascending);
      steps.push({
        step: source.kind,
        member: source.term.member.name,
        estimate: source.estimate,
        rows: rows.length,
        ...(given.linked && { linked: given.linked }),
      });
    }
    return rows ?? [];
  }

  #lookUp(table: Table, { term, values }: IndexSource): SourceRows {
    const start = this.#clock.now();
    // An object whose list holds several of the values is still one object.
    const rows = new Set<Row>();
    const index = table.indexOf(term.member);
    for (const value of values) for (const row of index?.rowsOf(value) ?? []) rows.add(row);
    this.times.indexesMs += this.#clock.now() - start;
    return { rows };
  }

  #walkBack(table: Table, { term, linked }: LinksSource): SourceRows {
    const steps: StepReport[] = [];
    const targets = this.#run(linked, Infinity, steps);
    const start = this.#clock.now();
    const rows = new Set<Row>();
    for (const target of targets) for (const row of table.referrersOf(target, term.member)) rows.add(row);
    this.times.nonIndexesMs += this.#clock.now() - start;
    return { rows, linked: { className: linked.table.definition.name, size: linked.table.size, steps } };
  }

  /** Looks at the candidates for one term after the other, in batches, until there are enough. */
  #narrow(
    table: Table,
    candidates: Iterable<Row>,
    checks: readonly Check[],
    rowsMax: number,
    steps: StepReport[],
    step: 'check' | 'if',
  ): readonly Row[] {
    const reports = checks.map(({ term, estimate }) => ({ step, member: term.member.name, estimate, rows: 0 }));
    steps.push(...reports);
    const found: Row[] = [];
    if (rowsMax === 0) return found;
    for (const batch of batches(candidates, checks.length === 0 ? rowsMax : batchRowsMin)) {
      let rows: readonly Row[] = batch;
      checks.forEach(({ term }, i) => {
        rows = rows.length > 0 ? this.#selector.filter(table, rows, term) : rows;
        (reports[i] as StepReport).rows += rows.length;
      });
      for (const row of rows) if (found.push(row) >= rowsMax) return found;
    }
    return found;
  }
}

interface SourceRows {
  readonly rows: ReadonlySet<Row>;
  readonly linked?: SearchReport;
}

function ascending(a: Row, b: Row): number {
  return a - b;
}

function* counted(rows: Iterable<Row>, report: StepReport): Iterable<Row> {
  for (const row of rows) {
    report.rows++;
    yield row;
  }
}

/** The rows in arrays, the first of `size` or fewer, each twice as long as the one before. */
function* batches(rows: Iterable<Row>, size: number): Iterable<readonly Row[]> {
  let batch: Row[] = [];
  let length = size;
  for (const row of rows) {
    if (batch.push(row) < length) continue;
    yield batch;
    batch = [];
    length = Math.max(length, Math.min(2 * length, batchRowsMax));
  }
  if (batch.length > 0) yield batch;
}
