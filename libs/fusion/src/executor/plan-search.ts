import type { LinkTerm, ScalarTerm, Term, Test } from '../fql/plan.js';
import type { Scalar } from '../schema/scalar.js';
import type { Slot } from '../store/indexes/member-index.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import type { Check, IndexSource, SearchPlan, Source } from './search-plan.js';
import {
  guessSelectivity,
  indexedCost,
  linkCost,
  listLength,
  listLookCost,
  lookCost,
  scanCost,
} from './term-figures.js';

/**
 * How to search a table for the objects that satisfy all terms, at least `rowsMax` of them wanted. Sources are the
 * indexes, and links walked back from the objects they lead to; of these, those are taken that make the search cheapest,
 * and the other terms are looked at in the order in which they are thought to leave few objects at little cost. The
 * order in which the terms were written has no part in it.
 */
export function planSearch(store: Store, table: Table, terms: readonly Term[], rowsMax = Infinity): SearchPlan {
  return choosePlan(table, planTerms(store, table, terms), rowsMax);
}

/** How to search a table by a look at every object. */
export function planScan(store: Store, table: Table, terms: readonly Term[]): SearchPlan {
  return planWith(table, planTerms(store, table, terms), [], Infinity);
}

/** Terms in the order in which it is best to look at them, nested ones included. */
export function orderChecks(store: Store, table: Table, terms: readonly Term[], rowCount: number): readonly Check[] {
  return estimateChecks(planTerms(store, table, terms), rowCount);
}

/** A term with what is thought of it. */
interface PlannedTerm {
  readonly term: Term;
  /** Which part of the objects satisfies it, 0 to 1. */
  readonly selectivity: number;
  /** What it costs to look whether one object does. */
  readonly cost: number;
  readonly source: Source | undefined;
}

/** Most sources that are thought of for one search: the best of the others would hardly help. */
const sourcesMax = 8;

/** Comparing a search that costs less than this with another one costs more than could be saved. */
const unbeatenCost = 100;

function planTerms(store: Store, table: Table, terms: readonly Term[]): readonly PlannedTerm[] {
  const planned = terms.map((term) =>
    term.kind === 'scalar' ? planScalarTerm(table, term) : planLinkTerm(store, table, term),
  );
  return planned.sort(
    (left, right) => rankOf(left) - rankOf(right) || left.term.member.position - right.term.member.position,
  );
}

/** Terms that cost little and leave little come first. */
function rankOf({ cost, selectivity }: PlannedTerm): number {
  return cost / (1.001 - selectivity);
}

function planScalarTerm(table: Table, term: ScalarTerm): PlannedTerm {
  const source = indexSource(table, term);
  const guess = guessSelectivity(term);
  const selectivity = source ? Math.min(1, source.estimate / Math.max(1, table.size)) : guess;
  return { term, selectivity, cost: term.member.isArray ? listLookCost : lookCost, source };
}

/** The index of a term's member, asked for the test that leaves the fewest; `undefined` when there is none to ask. */
function indexSource(table: Table, term: ScalarTerm): IndexSource | undefined {
  const index = table.indexOf(term.member);
  if (!index) return undefined;
  let slots: readonly Slot[] | undefined;
  let estimate = Infinity;
  for (const test of term.tests) {
    const found = valuesOf(test)?.map((value) => index.seek(value));
    const count = found?.reduce((sum, slot) => sum + index.countAt(slot), 0) ?? Infinity;
    if (count < estimate) [slots, estimate] = [found, count];
  }
  if (!slots) return undefined;
  const isSettled = term.tests.length === 1;
  return { kind: 'index', term, slots, estimate, cost: slots.length + estimate * indexedCost, isSettled };
}

/** The values a test allows; `undefined` when they cannot be listed. */
function valuesOf(test: Test): readonly Scalar[] | undefined {
  if (test.operator === '==') return [test.value];
  return test.operator === 'in' ? [...test.values] : undefined;
}

function planLinkTerm(store: Store, table: Table, { kind, member, terms }: LinkTerm): PlannedTerm {
  const target = store.table(member.target);
  const inner = planTerms(store, target, terms);
  const term: LinkTerm = { kind, member, terms: inner.map((planned) => planned.term) };
  const linked = choosePlan(target, inner, Infinity);
  const length = member.isArray ? listLength : 1;
  const selectivity = Math.min(1, (length * linked.estimate) / Math.max(1, target.size));
  const estimate = table.size * selectivity;
  const source: Source = {
    kind: 'links',
    term,
    linked,
    estimate,
    cost: linked.cost + (linked.estimate + estimate) * linkCost,
    isSettled: true,
  };
  // A linked object is looked at once, however many link to it.
  const visits = Math.min(length, target.size / Math.max(1, table.size));
  const cost = length * linkCost + visits * costOf(inner, 1);
  return { term, selectivity, cost, source };
}

/** Begins with a look at every object and takes sources, the smallest first, for as long as that makes it cheaper. */
function choosePlan(table: Table, planned: readonly PlannedTerm[], rowsMax: number): SearchPlan {
  const [only, ...others] = planned;
  if (only?.source?.isSettled && others.length === 0 && only.source.cost < unbeatenCost) {
    const { source } = only;
    return { table, sources: [source], checks: [], estimate: source.estimate, cost: source.cost };
  }
  let best = planWith(table, planned, [], rowsMax);
  const sources = planned
    .flatMap((candidate) => candidate.source ?? [])
    .sort((left, right) => left.estimate - right.estimate || left.cost - right.cost);
  // Any one source alone may beat the scan; which others to add is then tried in turn.
  for (const source of sources.slice(0, sourcesMax)) {
    const alone = planWith(table, planned, [source], rowsMax);
    if (alone.cost < best.cost) best = alone;
  }
  for (const source of sources.slice(0, sourcesMax)) {
    if (best.sources.length === 0 || best.sources.includes(source)) continue;
    const more = planWith(table, planned, [...best.sources, source], rowsMax);
    if (more.cost < best.cost) best = more;
  }
  return best;
}

function planWith(
  table: Table,
  planned: readonly PlannedTerm[],
  sources: readonly Source[],
  rowsMax: number,
): SearchPlan {
  const isFrom = (source: Source | undefined): source is Source => source !== undefined && sources.includes(source);
  const given = planned.filter(({ source }) => isFrom(source));
  const candidates = given.reduce((rows, { selectivity }) => rows * selectivity, table.size);
  const open = planned.filter(({ source }) => !(isFrom(source) && source.isSettled));
  const left = open.reduce((part, { selectivity }) => part * selectivity, 1);
  // When enough are found, no more are looked at.
  const looked = Math.min(candidates, rowsMax / Math.max(left, Number.EPSILON));
  const searchCost = sources.reduce((sum, { cost }) => sum + cost, 0);
  const passingCost = sources.length === 0 ? looked * scanCost : 0;
  return {
    table,
    sources,
    checks: estimateChecks(open, candidates),
    estimate: candidates * left,
    cost: searchCost + passingCost + costOf(open, looked),
  };
}

function estimateChecks(planned: readonly PlannedTerm[], rowCount: number): readonly Check[] {
  let estimate = rowCount;
  return planned.map(({ term, selectivity }) => ({ term, estimate: (estimate *= selectivity) }));
}

/** Looking at so many objects for one term after the other. */
function costOf(planned: readonly PlannedTerm[], rowCount: number): number {
  let rows = rowCount;
  let sum = 0;
  for (const { cost, selectivity } of planned) {
    sum += rows * cost;
    rows *= selectivity;
  }
  return sum;
}
