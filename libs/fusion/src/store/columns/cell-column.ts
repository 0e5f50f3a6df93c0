import type { Scalar } from '../../schema/scalar.js';
import type { ValueTest } from '../../schema/value-test.js';
import type { CellTest, CellVectors } from '../cells/cell-test.js';
import type { Cells } from '../cells/cells.js';
import type { JsonTarget } from '../json-target.js';
import { SharedBitmap } from '../memory/shared-bitmap.js';
import type { SharedBuffers } from '../memory/shared-buffers.js';
import { SharedVector } from '../memory/shared-vector.js';
import type { ColumnDemand } from './column-demand.js';
import { RowTest, type Row, type ScalarColumn, type StagedValue } from './column.js';

/** One value in each row. */
export class CellColumn implements ScalarColumn {
  readonly cells: Cells;
  readonly #lows: SharedVector;
  readonly #highs: SharedVector;
  readonly #present: SharedBitmap;

  constructor(buffers: SharedBuffers, what: string, rowsMax: number, cells: Cells) {
    this.cells = cells;
    this.#lows = new SharedVector(buffers, what, rowsMax);
    this.#highs = new SharedVector(buffers, what, rowsMax, { isForScans: cells.isHashed });
    this.#present = new SharedBitmap(buffers, what, rowsMax);
  }

  get(row: Row): Scalar | undefined {
    return this.has(row) ? this.cells.read(this.lowAt(row), this.highAt(row)) : undefined;
  }

  has(row: Row): boolean {
    return this.#present.has(row);
  }

  countAt(row: Row): number {
    return this.has(row) ? 1 : 0;
  }

  lowAt(row: Row): number {
    return this.#lows.view[row] ?? 0;
  }

  highAt(row: Row): number {
    return this.#highs.view[row] ?? 0;
  }

  /** See {@link Table.touch}. */
  touch(row: Row): number {
    const low = this.lowAt(row);
    return this.highAt(row) ^ this.cells.touch(low);
  }

  set(row: Row, value: Scalar): void {
    this.reserve(row + 1);
    this.cells.write(value);
    this.adopt(row, this.cells.low, this.cells.high);
  }

  staged(row: Row): StagedValue {
    return { low: this.lowAt(row), high: this.highAt(row) };
  }

  clear(row: Row): void {
    if (!this.has(row)) return;
    this.#lows.view[row] = 0;
    this.#highs.view[row] = 0;
    this.#present.clear(row);
  }

  stage(value: Scalar): StagedValue {
    this.cells.write(value);
    return this.cells;
  }

  adopt(row: Row, low: number, high: number): void {
    this.#lows.view[row] = low;
    this.#highs.view[row] = high;
    this.#present.set(row);
  }

  discard(low: number, high: number): void {
    this.cells.release(low, high);
  }

  putBack(row: Row, before: StagedValue | undefined): void {
    if (before) this.adopt(row, before.low, before.high);
    else this.clear(row);
  }

  rebuild(live: SharedBitmap): void {
    this.#present.clearOthers(live);
    this.#present.zeroOthers(this.#lows);
    this.#present.zeroOthers(this.#highs);
    this.cells.keepOnly((visit) => this.#eachCell(visit));
  }

  reserve(rows: number, demand?: ColumnDemand): void {
    this.#lows.ensure(rows);
    this.#highs.ensure(rows);
    this.#present.ensure(rows);
    if (demand) this.cells.reserve(demand.texts);
  }

  writeJson(row: Row, target: JsonTarget): void {
    // To fetch a hash that nobody writes would be a miss of the cache.
    this.cells.writeJson(this.lowAt(row), this.cells.isHashed ? 0 : this.highAt(row), target);
  }

  compile(tests: readonly ValueTest[]): RowTest {
    const cells = { lows: this.#lows, highs: this.#highs };
    return new CellRowTest(cells, this.#present, this.cells.compile(tests));
  }

  #eachCell(visit: (low: number, high: number) => void): void {
    for (const row of this.#present.each(this.#lows.view.length)) visit(this.lowAt(row), this.highAt(row));
  }
}

class CellRowTest extends RowTest {
  readonly #cells: CellVectors;
  readonly #present: SharedBitmap;
  readonly #test: CellTest;

  constructor(cells: CellVectors, present: SharedBitmap, test: CellTest) {
    super();
    this.#cells = cells;
    this.#present = present;
    this.#test = test;
  }

  passes(row: Row): boolean {
    if (!this.#present.has(row)) return false;
    const { lows, highs } = this.#cells;
    return this.#test.passes(lows.view[row] as number, highs.view[row] as number);
  }

  override collect(from: Row, end: Row, into: Int32Array): number {
    const { lows, highs } = this.#cells;
    // No row has been written beyond.
    const last = Math.min(end, lows.view.length, highs.view.length);
    return this.#present.keep(into, this.#test.collect(this.#cells, from, last, into));
  }
}
