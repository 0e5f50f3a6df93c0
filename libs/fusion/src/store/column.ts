import type { Scalar } from '../schema/scalar.js';

/** Where an object of a class is kept: its place in the columns. Used again after the object is gone. */
export type Row = number;

/** A member's value in one row: scalars, or rows of the class it links to. */
export type StoredValue = Scalar | readonly Scalar[] | Row | readonly Row[];

/** One member of all objects of a class. */
export interface Column<V extends StoredValue = StoredValue> {
  /** `undefined` where the member is absent. */
  get(row: Row): V | undefined;
  set(row: Row, value: V | undefined): void;
}
