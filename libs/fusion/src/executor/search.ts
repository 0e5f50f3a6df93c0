import type { Clock } from '@syncytium/kit';
import type { Term } from '../fql/plan.js';
import type { Row } from '../store/columns/column.js';
import type { Steps } from '../store/in-steps.js';
import { RowSet } from '../store/row-set.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import { orderChecks, planScan, planSearch } from './plan-search.js';
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

/** Objects that are looked at together in a search that is made in steps. */
const stepRowsMax = 256;

/** The rows from `from` to before `end`. */
export interface RowRange {
  readonly from: Row;
  readonly end: Row;
}

/** Finds the objects that satisfy terms, as {@link planSearch} says, and tells what came of it. For one query. */
export class Search {
  /** What came of the search; `undefined` before there was one. */
  report: SearchReport | undefined;
  /** How many objects were found. */
  found = 0;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #range: RowRange;
  readonly #selector: RowSelector;
  readonly #steps: StepReport[] = [];

  /** @param range Only objects in these rows are found. */
  constructor(store: Store, clock: Clock, range: RowRange = everyRow) {
    this.#store = store;
    this.#clock = clock;
    this.#range = range;
    this.#selector = new RowSelector(store, clock);
  }

  get times(): SearchTimes {
    return this.#selector.times;
  }

  /** The rows that satisfy every term, in the table's order; not more than `rowsMax`. */
  select(table: Table, terms: readonly Term[], rowsMax = Infinity): readonly Row[] {
    const steps = this.#begin(table);
    const plan = planSearch(this.#store, table, terms, rowsMax);
    const rows = gather(this.#run(plan, rowsMax, steps, this.#range), rowsMax);
    this.found = rows.length;
    return rows;
  }

  /** As {@link Search.select}, in steps, between which others may read. What an index has of many is not taken at once. */
  *selectInSteps(table: Table, terms: readonly Term[]): Steps<RowSet> {
    const steps = this.#begin(table);
    let plan = planSearch(this.#store, table, terms);
    if (plan.sources.some(({ estimate }) => estimate > batchRowsMax)) plan = planScan(this.#store, table, terms);
    const found = yield* setInSteps(this.#run(plan, Infinity, steps, this.#range, stepRowsMax));
    this.found = found.size;
    return found;
  }

  /** How many rows satisfy every term. */
  count(table: Table, terms: readonly Term[]): number {
    const steps = this.#begin(table);
    const plan = planSearch(this.#store, table, terms);
    this.found = 0;
    for (const rows of this.#run(plan, Infinity, steps, this.#range)) this.found += rows.length;
    return this.found;
  }

  /** How many objects there are, which takes no looking. */
  countAll(table: Table): number {
    this.#begin(table);
    return table.size;
  }

  /** Begins with these rows instead of a search. */
  take(table: Table, rows: RowSet): RowSet {
    this.#begin(table).push({ step: 'oids', member: undefined, estimate: rows.size, rows: rows.size });
    return rows;
  }

  /** Those of the rows found so far that satisfy every term, looked at in steps, between which others may read. */
  *filterInSteps(table: Table, rows: RowSet, terms: readonly Term[], step: 'check' | 'if'): Steps<RowSet> {
    if (terms.length === 0) return rows;
    const checks = orderChecks(this.#store, table, terms, rows.size);
    const all = rows.size <= stepRowsMax ? [[...rows]] : batches(rows, stepRowsMax, stepRowsMax);
    return yield* setInSteps(this.#narrow(table, all, checks, this.#steps, step));
  }

  #begin(table: Table): StepReport[] {
    this.report = { className: table.definition.name, size: table.size, steps: this.#steps };
    return this.#steps;
  }

  #run(
    plan: SearchPlan,
    rowsMax: number,
    steps: StepReport[],
    range: RowRange,
    rowsAtOnce = batchRowsMax,
  ): Iterable<Rows> {
    const { table, sources, checks } = plan;
    const isForFew = rowsMax < Infinity;
    if (sources.length > 0) {
      const candidates = within(this.#candidates(plan, steps), range);
      if (checks.length === 0) return [candidates];
      return this.#narrow(table, isForFew ? batches(candidates, batchRowsMin) : [candidates], checks, steps, 'check');
    }
    const scan: StepReport = { step: 'scan', member: undefined, estimate: table.size, rows: 0 };
    steps.push(scan);
    const [first, ...others] = checks;
    if (first?.term.kind !== 'scalar') {
      const size = checks.length === 0 ? Math.min(rowsMax, rowsAtOnce) : batchRowsMin;
      const all = batches(counted(rowsOf(table, range), scan), size, rowsAtOnce);
      return this.#narrow(table, all, checks, steps, 'check');
    }
    const check: StepReport = { step: 'check', member: first.term.member.name, estimate: first.estimate, rows: 0 };
    steps.push(check);
    const sizes = [isForFew ? batchRowsMin : rowsAtOnce, rowsAtOnce] as const;
    return this.#narrow(table, this.#scan(table, first.term, sizes, scan, check, range), others, steps, 'check');
  }

  /** Runs through a column, which is much quicker than looking at one object after the other. A batch is good until the next. */
  *#scan(
    table: Table,
    term: Term,
    [firstSize, sizeMax]: readonly [first: number, max: number],
    scan: StepReport,
    check: StepReport,
    { from, end: rangeEnd }: RowRange,
  ): Iterable<Rows> {
    const test = this.#selector.compile(table, term);
    const rowEnd = Math.min(table.rowEnd, rangeEnd);
    let into = new Int32Array(0);
    let looked = from;
    try {
      for (let size = firstSize; looked < rowEnd; size = Math.min(2 * size, sizeMax)) {
        if (into.length < size) into = new Int32Array(size);
        const start = this.#clock.now();
        const end = Math.min(looked + size, rowEnd);
        const count = table.collect(test, looked, end, into);
        looked = end;
        check.rows += count;
        this.times.nonIndexesMs += this.#clock.now() - start;
        yield into.subarray(0, count);
      }
    } finally {
      const isWhole = from === 0 && looked >= table.rowEnd;
      scan.rows = isWhole ? table.size : table.countBefore(looked) - table.countBefore(from);
    }
  }

  /** What all sources give, in the table's order. */
  #candidates({ table, sources }: SearchPlan, steps: StepReport[]): readonly Row[] {
    let rows: readonly Row[] | undefined;
    for (const source of sources) {
      const given = source.kind === 'index' ? this.#lookUp(table, source) : this.#walkBack(table, source);
      rows = rows ? common(rows, given.rows) : given.rows.sort(ascending);
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

  #lookUp(table: Table, { term, slots }: IndexSource): SourceRows {
    const start = this.#clock.now();
    const given = slots.map((slot) => table.indexOf(term.member)?.rowsAt(slot) ?? []);
    const [only = [], ...others] = given;
    // An object whose list holds several of the values is still one object.
    const rows = others.length === 0 ? only : [...new Set(given.flat())];
    this.times.indexesMs += this.#clock.now() - start;
    return { rows };
  }

  #walkBack(table: Table, { term, linked }: LinksSource): SourceRows {
    const steps: StepReport[] = [];
    const targets = gather(this.#run(linked, Infinity, steps, everyRow), Infinity);
    const start = this.#clock.now();
    const rows = new Set<Row>();
    for (const target of targets) for (const row of table.referrersOf(target, term.member)) rows.add(row);
    this.times.nonIndexesMs += this.#clock.now() - start;
    return { rows: [...rows], linked: { className: linked.table.definition.name, size: linked.table.size, steps } };
  }

  /** Looks at the candidates of each batch for one term after the other. */
  *#narrow(
    table: Table,
    candidates: Iterable<Rows>,
    checks: readonly Check[],
    steps: StepReport[],
    step: 'check' | 'if',
  ): Iterable<Rows> {
    const reports = checks.map(({ term, estimate }) => ({ step, member: term.member.name, estimate, rows: 0 }));
    steps.push(...reports);
    for (const batch of candidates) {
      let rows = batch;
      checks.forEach(({ term }, i) => {
        rows = rows.length > 0 ? this.#selector.filter(table, rows, term) : rows;
        (reports[i] as StepReport).rows += rows.length;
      });
      yield rows;
    }
  }
}

const everyRow: RowRange = { from: 0, end: Infinity };

function within(rows: readonly Row[], range: RowRange): readonly Row[] {
  return range === everyRow ? rows : rows.filter((row) => row >= range.from && row < range.end);
}

function* rowsOf(table: Table, { from, end }: RowRange): Iterable<Row> {
  const last = Math.min(table.rowEnd, end);
  for (let row = table.nextRow(from); row < last; row = table.nextRow(row + 1)) yield row;
}

/** Rows of a batch, which may be good only until the next one. */
type Rows = ArrayLike<Row>;

interface SourceRows {
  readonly rows: Row[];
  readonly linked?: SearchReport;
}

function ascending(a: Row, b: Row): number {
  return a - b;
}

function common(rows: readonly Row[], others: readonly Row[]): readonly Row[] {
  const known = new Set(others);
  return rows.filter((row) => known.has(row));
}

/** The rows of all batches, one with each step. */
function* setInSteps(batches: Iterable<Rows>): Steps<RowSet> {
  const set = new RowSet();
  for (const rows of batches) {
    for (let i = 0; i < rows.length; i++) set.add(rows[i] as Row);
    yield;
  }
  return set;
}

/** The rows of all batches, until there are enough. */
function gather(batches: Iterable<Rows>, rowsMax: number): readonly Row[] {
  const gathered: Row[] = [];
  if (rowsMax === 0) return gathered;
  for (const rows of batches) {
    const count = Math.min(rows.length, rowsMax - gathered.length);
    for (let i = 0; i < count; i++) gathered.push(rows[i] as Row);
    if (gathered.length >= rowsMax) break;
  }
  return gathered;
}

function* counted(rows: Iterable<Row>, report: StepReport): Iterable<Row> {
  for (const row of rows) {
    report.rows++;
    yield row;
  }
}

/** The rows in arrays, the first of `size` or fewer, each twice as long as the one before. */
function* batches(rows: Iterable<Row>, size: number, sizeMax = batchRowsMax): Iterable<readonly Row[]> {
  let batch: Row[] = [];
  let length = size;
  for (const row of rows) {
    if (batch.push(row) < length) continue;
    yield batch;
    batch = [];
    length = Math.max(length, Math.min(2 * length, sizeMax));
  }
  if (batch.length > 0) yield batch;
}
