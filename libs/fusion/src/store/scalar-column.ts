import type { Scalar } from '../schema/scalar.js';
import type { Column, Row } from './column.js';
import { MemberIndex } from './member-index.js';

/** Values of a member, or lists of them, with an index where the class asks for one. */
export class ScalarColumn implements Column<Scalar | readonly Scalar[]> {
  #index: MemberIndex | undefined;
  readonly #values: (Scalar | readonly Scalar[] | undefined)[] = [];

  constructor(isIndexed: boolean) {
    if (isIndexed) this.createIndex();
  }

  get index(): MemberIndex | undefined {
    return this.#index;
  }

  createIndex(): void {
    const index = new MemberIndex();
    this.#values.forEach((value, row) => {
      for (const item of each(value)) index.add(item, row);
    });
    this.#index = index;
  }

  dropIndex(): void {
    this.#index = undefined;
  }

  get(row: Row): Scalar | readonly Scalar[] | undefined {
    return this.#values[row];
  }

  set(row: Row, value: Scalar | readonly Scalar[] | undefined): void {
    const index = this.#index;
    if (index) {
      for (const before of each(this.#values[row])) index.delete(before, row);
      for (const after of each(value)) index.add(after, row);
    }
    this.#values[row] = value;
  }
}

function each(value: Scalar | readonly Scalar[] | undefined): readonly Scalar[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

/** `Array.isArray` that knows readonly arrays. */
function isList(value: Scalar | readonly Scalar[]): value is readonly Scalar[] {
  return Array.isArray(value);
}
