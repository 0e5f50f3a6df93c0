import type { LinkTerm, ScalarTerm, Term } from '../fql/plan.js';
import type { Slot } from '../store/indexes/member-index.js';
import type { Table } from '../store/table.js';

/** Objects that an index gives for values of one member. */
export interface IndexSource {
  readonly kind: 'index';
  readonly term: ScalarTerm;
  /** Where the values are in the index; good until the next change. */
  readonly slots: readonly Slot[];
  /** How many objects there are at most. */
  readonly estimate: number;
  readonly cost: number;
  /** Whether every object it gives satisfies the whole term. */
  readonly isSettled: boolean;
}

/** Objects that link to others which are searched for first. */
export interface LinksSource {
  readonly kind: 'links';
  readonly term: LinkTerm;
  readonly linked: SearchPlan;
  readonly estimate: number;
  readonly cost: number;
  readonly isSettled: true;
}

export type Source = IndexSource | LinksSource;

/** A term that objects are looked at for. */
export interface Check {
  readonly term: Term;
  /** How many objects are thought to be left after it. */
  readonly estimate: number;
}

/** How the objects of one class that satisfy terms are searched for. */
export interface SearchPlan {
  readonly table: Table;
  /** Where candidates come from: what all of these give; every object of the class where there are none. */
  readonly sources: readonly Source[];
  /** What candidates are looked at for, one after the other. */
  readonly checks: readonly Check[];
  /** How many objects are thought to be found. */
  readonly estimate: number;
  /** What finding all of them is thought to cost, in looks at a value. */
  readonly cost: number;
}
