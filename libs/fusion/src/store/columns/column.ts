import type { Scalar } from '../../schema/scalar.js';
import type { ValueTest } from '../../schema/value-test.js';
import type { Cells } from '../cells/cells.js';
import type { JsonTarget } from '../json-target.js';
import type { SharedBitmap } from '../memory/shared-bitmap.js';
import type { ColumnDemand } from './column-demand.js';

/** Where an object of a class is kept: its place in the columns. Used again after the object is gone. */
export type Row = number;

/** A member's value in one row: scalars, or rows of the class it links to. */
export type StoredValue = Scalar | readonly Scalar[] | Row | readonly Row[];

/** A value as its column keeps it: what it is, or where. It may be in a row, or not yet, or not any more. */
export interface StagedValue {
  readonly low: number;
  readonly high: number;
}

/** One member of all objects of a class. */
export interface Column<V extends StoredValue = StoredValue> {
  /** `undefined` where the member is absent. */
  get(row: Row): V | undefined;
  /** Whether the member is present. */
  has(row: Row): boolean;
  /** Sets the value of a row. What it had is not given back by that. */
  set(row: Row, value: V): void;
  /** What a row that has a value has, good until the next. */
  staged(row: Row): StagedValue;
  /** Takes a row's value away, if it has one. Nothing is given back by that. */
  clear(row: Row): void;
  /** Gives what was staged, or taken away, to a row that has no value. There has to be room for the row. */
  adopt(row: Row, low: number, high: number): void;
  /** Gives back what was staged, or taken away. */
  discard(low: number, high: number): void;
  /** Makes a row have what it had, after the death of the thread that wrote; a `rebuild` of the column has to follow. */
  putBack(row: Row, before: StagedValue | undefined): void;
  /** Makes room for so many rows, and for what values will take in them. Throws `LimitError` when there is none. */
  reserve(rows: number, demand?: ColumnDemand): void;
}

/** A member that holds values: one, or a list. */
export interface ScalarColumn extends Column<Scalar | readonly Scalar[]> {
  readonly cells: Cells;
  /** Keeps what the rows of objects have and gives back the rest, after the death of the thread that wrote. */
  rebuild(live: SharedBitmap): void;
  /** Makes what a value takes without giving it to a row; says what in two words, good until the next. */
  stage(value: Scalar | readonly Scalar[]): StagedValue;
  /** How many values a row has. */
  countAt(row: Row): number;
  lowAt(row: Row, position: number): number;
  highAt(row: Row, position: number): number;
  /** Writes a value that is present. */
  writeJson(row: Row, target: JsonTarget): void;
  /** Finds the rows in which the value, or one of the list, passes all tests. */
  compile(tests: readonly ValueTest[]): RowTest;
}

/** Whether a row is one that is looked for. */
export abstract class RowTest {
  abstract passes(row: Row): boolean;

  /**
   * Puts the rows from `from` to before `end` that pass, whether an object is there or not, at the start of `into`, which
   * has room for all of them; says how many there are.
   */
  collect(from: Row, end: Row, into: Int32Array): number {
    let count = 0;
    for (let row = from; row < end; row++) if (this.passes(row)) into[count++] = row;
    return count;
  }
}
