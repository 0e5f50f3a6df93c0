import type { Scalar } from '../../schema/scalar.js';
import type { ValueTest } from '../../schema/value-test.js';
import type { CellTest } from '../cells/cell-test.js';
import type { Cells } from '../cells/cells.js';
import type { JsonTarget } from '../json-target.js';
import { SharedBitmap } from '../memory/shared-bitmap.js';
import type { SharedBuffers } from '../memory/shared-buffers.js';
import { RowTest, type Row, type ScalarColumn, type StagedValue } from './column.js';

/** One `bool` in each row, as two bits: whether there is a value, and whether it is `true`. */
export class BoolColumn implements ScalarColumn {
  readonly cells: Cells;
  readonly #present: SharedBitmap;
  readonly #true: SharedBitmap;

  constructor(buffers: SharedBuffers, what: string, rowsMax: number, cells: Cells) {
    this.cells = cells;
    this.#present = new SharedBitmap(buffers, what, rowsMax);
    this.#true = new SharedBitmap(buffers, what, rowsMax);
  }

  get(row: Row): boolean | undefined {
    return this.has(row) ? this.#true.has(row) : undefined;
  }

  has(row: Row): boolean {
    return this.#present.has(row);
  }

  countAt(row: Row): number {
    return this.has(row) ? 1 : 0;
  }

  lowAt(): number {
    return 0;
  }

  highAt(row: Row): number {
    return this.#true.has(row) ? 1 : 0;
  }

  set(row: Row, value: Scalar): void {
    this.#present.set(row);
    if (value === true) this.#true.set(row);
    else this.#true.clear(row);
  }

  staged(row: Row): StagedValue {
    return { low: 0, high: this.highAt(row) };
  }

  clear(row: Row): void {
    this.#present.clear(row);
    this.#true.clear(row);
  }

  stage(value: Scalar): StagedValue {
    this.cells.write(value);
    return this.cells;
  }

  adopt(row: Row, _low: number, high: number): void {
    this.#present.set(row);
    if (high === 1) this.#true.set(row);
  }

  discard(): void {
    // A bit refers to nothing.
  }

  putBack(row: Row, before: StagedValue | undefined): void {
    this.clear(row);
    if (before) this.adopt(row, 0, before.high);
  }

  rebuild(live: SharedBitmap): void {
    this.#present.clearOthers(live);
    this.#true.clearOthers(this.#present);
  }

  reserve(rows: number): void {
    this.#present.ensure(rows);
    this.#true.ensure(rows);
  }

  writeJson(row: Row, target: JsonTarget): void {
    this.cells.writeJson(0, this.highAt(row), target);
  }

  compile(tests: readonly ValueTest[]): RowTest {
    return new BoolRowTest(this.#present, this.#true, this.cells.compile(tests));
  }
}

class BoolRowTest extends RowTest {
  readonly #present: SharedBitmap;
  readonly #true: SharedBitmap;
  readonly #passesFalse: boolean;
  readonly #passesTrue: boolean;

  constructor(present: SharedBitmap, isTrue: SharedBitmap, test: CellTest) {
    super();
    this.#present = present;
    this.#true = isTrue;
    this.#passesFalse = test.passes(0, 0);
    this.#passesTrue = test.passes(0, 1);
  }

  passes(row: Row): boolean {
    return this.#present.has(row) && (this.#true.has(row) ? this.#passesTrue : this.#passesFalse);
  }
}
