import type { Scalar } from '../../schema/scalar.js';
import type { ValueTest } from '../../schema/value-test.js';
import type { CellTest } from '../cells/cell-test.js';
import type { Cells } from '../cells/cells.js';
import { writeByte, type JsonTarget } from '../json-target.js';
import { BlockHeap, type BlockRef } from '../memory/block-heap.js';
import type { SharedBitmap } from '../memory/shared-bitmap.js';
import type { SharedBuffers } from '../memory/shared-buffers.js';
import { SharedVector } from '../memory/shared-vector.js';
import { cellWords, listWordsOf, type ColumnDemand } from './column-demand.js';
import { RowTest, type Row, type ScalarColumn, type StagedValue } from './column.js';

/** A list of values in each row. */
export class ListColumn implements ScalarColumn {
  readonly cells: Cells;
  readonly #refs: SharedVector;
  readonly #blocks: BlockHeap;

  constructor(buffers: SharedBuffers, what: string, rowsMax: number, cells: Cells, wordsMax?: number) {
    this.cells = cells;
    this.#refs = new SharedVector(buffers, what, rowsMax);
    this.#blocks = new BlockHeap(buffers, what, wordsMax);
  }

  get(row: Row): readonly Scalar[] | undefined {
    if (!this.has(row)) return undefined;
    const values: Scalar[] = [];
    for (let i = 0; i < this.countAt(row); i++) values.push(this.cells.read(this.lowAt(row, i), this.highAt(row, i)));
    return values;
  }

  has(row: Row): boolean {
    return this.#ref(row) !== 0;
  }

  countAt(row: Row): number {
    return this.#blocks.memory.view[this.#ref(row)] as number;
  }

  lowAt(row: Row, position: number): number {
    return this.#blocks.memory.view[this.#ref(row) + 1 + position * cellWords] as number;
  }

  highAt(row: Row, position: number): number {
    return this.#blocks.memory.view[this.#ref(row) + 2 + position * cellWords] as number;
  }

  set(row: Row, value: readonly Scalar[]): void {
    this.#refs.ensure(row + 1);
    this.#refs.view[row] = this.stage(value).low;
  }

  staged(row: Row): StagedValue {
    return { low: this.#ref(row), high: this.countAt(row) };
  }

  clear(row: Row): void {
    if (this.has(row)) this.#refs.view[row] = 0;
  }

  stage(value: readonly Scalar[]): StagedValue {
    const { length } = value;
    const ref = this.#blocks.allocate(listWordsOf(length));
    const { view } = this.#blocks.memory;
    view[ref] = 0;
    try {
      for (const item of value) {
        this.cells.write(item);
        const at = ref + 1 + view[ref] * cellWords;
        view[at] = this.cells.low;
        view[at + 1] = this.cells.high;
        view[ref] = view[ref] + 1;
      }
    } catch (error) {
      // There was no room for an item.
      this.#release(ref, length);
      throw error;
    }
    return { low: ref, high: length };
  }

  adopt(row: Row, low: number): void {
    this.#refs.view[row] = low;
  }

  discard(low: number, high: number): void {
    this.#release(low, high);
  }

  putBack(row: Row, before: StagedValue | undefined): void {
    if (before) this.adopt(row, before.low);
    else this.clear(row);
  }

  rebuild(live: SharedBitmap): void {
    live.zeroOthers(this.#refs);
    this.cells.keepOnly((visit) => this.#eachCell(visit));
    this.#blocks.keepOnly((keep) => this.#eachRow((row) => keep(this.#ref(row), listWordsOf(this.countAt(row)))));
  }

  reserve(rows: number, demand?: ColumnDemand): void {
    this.#refs.ensure(rows);
    if (!demand) return;
    this.#blocks.reserve(demand.lists);
    this.cells.reserve(demand.texts);
  }

  writeJson(row: Row, target: JsonTarget): void {
    const count = this.countAt(row);
    target.reserve(1);
    writeByte(target, 0x5b);
    for (let i = 0; i < count; i++) {
      target.reserve(1);
      if (i > 0) writeByte(target, 0x2c);
      this.cells.writeJson(this.lowAt(row, i), this.highAt(row, i), target);
    }
    target.reserve(1);
    writeByte(target, 0x5d);
  }

  compile(tests: readonly ValueTest[]): RowTest {
    return new ListRowTest(this, this.cells.compile(tests));
  }

  #ref(row: Row): number {
    return this.#refs.view[row] ?? 0;
  }

  #eachCell(visit: (low: number, high: number) => void): void {
    this.#eachRow((row) => {
      for (let i = 0; i < this.countAt(row); i++) visit(this.lowAt(row, i), this.highAt(row, i));
    });
  }

  #eachRow(visit: (row: Row) => void): void {
    for (const [row, ref] of this.#refs.view.entries()) if (ref !== 0) visit(row);
  }

  /** Gives back a list that has been made for so many values, with those that are in it. */
  #release(ref: BlockRef, length: number): void {
    const { view } = this.#blocks.memory;
    const count = view[ref] as number;
    for (let i = 0; i < count; i++) {
      const at = ref + 1 + i * cellWords;
      this.cells.release(view[at] as number, view[at + 1] as number);
    }
    this.#blocks.release(ref, listWordsOf(length));
  }
}

class ListRowTest extends RowTest {
  readonly #column: ListColumn;
  readonly #test: CellTest;

  constructor(column: ListColumn, test: CellTest) {
    super();
    this.#column = column;
    this.#test = test;
  }

  passes(row: Row): boolean {
    const column = this.#column;
    const count = column.countAt(row);
    for (let i = 0; i < count; i++) if (this.#test.passes(column.lowAt(row, i), column.highAt(row, i))) return true;
    return false;
  }
}
