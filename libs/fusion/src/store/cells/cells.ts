import type { Scalar } from '../../schema/scalar.js';
import type { ValueTest } from '../../schema/value-test.js';
import type { BlockDemand } from '../memory/block-demand.js';
import type { JsonTarget } from '../json-target.js';
import type { CellTest } from './cell-test.js';

/**
 * How a type keeps its values: each in a cell of two words, so that columns, lists and indexes need not know the type.
 * `write` leaves the cell's words in `low` and `high`.
 */
export interface Cells {
  low: number;
  high: number;
  write(value: Scalar): void;
  read(low: number, high: number): Scalar;
  /** Gives back what a cell refers to. */
  release(low: number, high: number): void;
  hash(low: number, high: number): number;
  areEqual(low: number, high: number, otherLow: number, otherHigh: number): boolean;
  /** Negative where the first comes before the other in the order of the type. */
  compare(low: number, high: number, otherLow: number, otherHigh: number): number;
  writeJson(low: number, high: number, target: JsonTarget): void;
  /** What a cell has to say to pass all of some tests. */
  compile(tests: readonly ValueTest[]): CellTest;
  /** The hash of a value and a test for it, for indexes; the test is good until the next call. */
  seek(value: Scalar): { readonly hash: number; readonly test: CellTest };
  /** Makes room for blocks. Throws `LimitError` when there is none. */
  reserve(demand: BlockDemand): void;
}
