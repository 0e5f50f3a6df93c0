import type { Scalar } from '../../schema/scalar.js';
import type { ValueTest } from '../../schema/value-test.js';
import type { CellTest } from '../cells/cell-test.js';
import type { Cells } from '../cells/cells.js';
import { writeByte, type JsonTarget } from '../json-target.js';
import { BlockHeap } from '../memory/block-heap.js';
import type { SharedBuffers } from '../memory/shared-buffers.js';
import { SharedVector } from '../memory/shared-vector.js';
import { cellWords, listWordsOf, type ColumnDemand } from './column-demand.js';
import { RowTest, type Row, type ScalarColumn } from './column.js';

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

  set(row: Row, value: readonly Scalar[] | undefined): void {
    this.#clear(row);
    if (value === undefined) return;
    this.#refs.ensure(row + 1);
    const ref = this.#blocks.allocate(listWordsOf(value.length));
    const { view } = this.#blocks.memory;
    view[ref] = value.length;
    let at = ref + 1;
    for (const item of value) {
      this.cells.write(item);
      view[at++] = this.cells.low;
      view[at++] = this.cells.high;
    }
    this.#refs.view[row] = ref;
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

  #clear(row: Row): void {
    const ref = this.#ref(row);
    if (ref === 0) return;
    const count = this.countAt(row);
    for (let i = 0; i < count; i++) this.cells.release(this.lowAt(row, i), this.highAt(row, i));
    this.#blocks.release(ref, listWordsOf(count));
    this.#refs.view[row] = 0;
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
