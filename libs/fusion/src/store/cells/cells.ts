import type { Scalar } from '../../schema/scalar.js';
import type { ValueTest } from '../../schema/value-test.js';
import type { BlockDemand } from '../memory/block-demand.js';
import type { JsonTarget } from '../json-target.js';
import type { CellTest } from './cell-test.js';

/** The hash of a value that is looked up, and a test for it. */
export interface Sought {
  readonly hash: number;
  readonly test: CellTest;
}

/** Calls something with each of many cells. */
export type EachCell = (visit: (low: number, high: number) => void) => void;

/**
 * How a type keeps its values: each in a cell of two words, so that columns, lists and indexes need not know the type.
 * `write` leaves the cell's words in `low` and `high`.
 */
export interface Cells {
  low: number;
  high: number;
  /** Whether `high` is the hash of the value, which is no part of what is written. */
  readonly isHashed: boolean;
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
  /** A value to be looked up in an index; good until the next call. */
  seek(value: Scalar): Sought;
  /**
   * As {@link Cells.seek}, for a value as it stands in JSON, and no more of it than these: what is between the quotes of a
   * text of ASCII characters without escapes, or up to 15 digits.
   */
  seekPlain(bytes: Uint8Array, start: number, end: number): Sought;
  /** Has what a cell refers to in the processor's cache soon: see {@link Table.touch}. */
  touch(low: number): number;
  /** Makes room for blocks. Throws `LimitError` when there is none. */
  reserve(demand: BlockDemand): void;
  /** Gives back what no cell refers to, after the death of the thread that wrote; `each` names all cells. */
  keepOnly(each: EachCell): void;
}
