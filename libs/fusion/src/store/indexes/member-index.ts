import type { Scalar } from '../../schema/scalar.js';
import { inSteps } from '../in-steps.js';
import { dropNode, pushNode, type Node } from '../memory/chain.js';
import { RegionOrder, type OrderWords } from '../memory/region-order.js';
import type { SharedBitmap } from '../memory/shared-bitmap.js';
import type { SharedBuffers } from '../memory/shared-buffers.js';
import { SlotTable } from '../memory/slot-table.js';
import type { Sought } from '../cells/cells.js';
import type { ColumnDemand } from '../columns/column-demand.js';
import type { Row, ScalarColumn } from '../columns/column.js';
import { ListPostings, SinglePostings, type Postings } from './postings.js';

/** A slot is the first node of a chain, the hash of its value, and the number of rows in it. */
const slotWords = 3;
const countAt = 2;

/** Where a value is in an index. */
export type Slot = number;

/**
 * From a member's values to the rows that have them. It holds no values: what a chain's rows have in common, any of them
 * tells.
 */
export class MemberIndex {
  readonly #column: ScalarColumn;
  /** The rows that hold objects. */
  readonly #live: SharedBitmap;
  readonly #isList: boolean;
  readonly #postings: Postings;
  readonly #slots: SlotTable;

  constructor(
    buffers: SharedBuffers,
    what: string,
    rowsMax: number,
    column: ScalarColumn,
    live: SharedBitmap,
    isList: boolean,
  ) {
    this.#column = column;
    this.#live = live;
    this.#isList = isList;
    this.#postings = new (isList ? ListPostings : SinglePostings)(buffers, what, rowsMax);
    this.#slots = new SlotTable(buffers, what, rowsMax, slotWords);
  }

  /** How many different values there are, but for those that only hidden rows have. */
  get keyCount(): number {
    return this.#slots.size - this.#slots.mark;
  }

  /** As {@link MemberIndex.keyCount}, where it also has rows that do not hold objects any more: looks at all values. */
  countKeys(): number {
    let count = 0;
    for (const slot of this.#slots.slots()) if (this.#hasLiveRow(slot)) count++;
    return count;
  }

  /** Where a value is, until the next change; 0 where no row has it. */
  seek(value: Scalar): Slot {
    return this.#seek(this.#column.cells.seek(value));
  }

  /**
   * As {@link MemberIndex.seek}, for a value as it stands in JSON: see {@link Cells.seekPlain}.
   *
   * @param onRow Told a row that may have it, as soon as that is known.
   */
  seekPlain(bytes: Uint8Array, start: number, end: number, onRow: (row: Row) => void): Slot {
    return this.#seek(this.#column.cells.seekPlain(bytes, start, end), onRow);
  }

  /** The rows of the value that is in a slot, each once. */
  rowsAt(slot: Slot): Row[] {
    const rows: Row[] = [];
    if (slot === 0) return rows;
    const { words } = this.#postings;
    for (let node = this.#slots.memory.view[slot] as Node; node !== 0; node = words[node] as Node) {
      const row = this.#postings.rowAt(node);
      // Values of one list were added together, so equal ones follow each other.
      if (rows.at(-1) !== row && this.#live.has(row)) rows.push(row);
    }
    return rows.reverse();
  }

  /** How many rows have the value that is in a slot, those included that do not hold objects yet. */
  countAt(slot: Slot): number {
    return slot === 0 ? 0 : (this.#slots.memory.view[slot + countAt] as number);
  }

  /** Takes in the values of a row that has not been added. */
  add(row: Row): void {
    const count = this.#column.countAt(row);
    if (count === 0) return;
    this.#postings.make(row, count);
    for (let i = 0; i < count; i++) this.#addValue(row, i, this.#hashOf(row, i));
  }

  /**
   * Takes in many rows with their values, which do not hold objects until {@link MemberIndex.show}.
   *
   * @param words To work with.
   */
  *addHidden(count: number, rowAt: (position: number) => Row, words: OrderWords): Generator<undefined, void> {
    const add = (row: Row): void => {
      const before = this.#slots.size;
      this.add(row);
      this.#slots.mark += this.#slots.size - before;
    };
    if (this.#isList) {
      yield* inSteps(count, (position) => add(rowAt(position)), 'heavy');
      return;
    }
    yield* this.#slots.grow(count);
    const order = new RegionOrder(words, this.#slots.capacity);
    const withHash = (use: (row: Row, hash: number) => void) => (position: number) => {
      const row = rowAt(position);
      if (this.#column.countAt(row) > 0) use(row, this.#hashOf(row, 0));
    };
    let present = 0;
    yield* inSteps(
      count,
      withHash((row, hash) => {
        order.count(hash);
        // Touched for the first time row by row, for the rows are added in no order.
        this.#postings.words[this.#postings.nodeOf(row, 0)] = 0;
        present++;
      }),
      'light',
    );
    order.finishCount();
    yield* inSteps(
      count,
      withHash((row, hash) => order.place(row, hash)),
      'light',
    );
    yield* inSteps(present, (position) => {
      const before = this.#slots.size;
      this.#addValue(order.rowAt(position), 0, order.hashAt(position));
      this.#slots.mark += this.#slots.size - before;
    });
  }

  /** All rows that were hidden hold objects now. */
  show(): void {
    this.#slots.mark = 0;
  }

  /** Takes out a row that has been added and still has the same values. */
  drop(row: Row): void {
    const count = this.#column.countAt(row);
    if (count === 0) return;
    for (let i = 0; i < count; i++) this.#dropValue(row, i);
    this.#postings.drop(row, count);
  }

  /** Holds the values of these rows and of no others, after the death of the thread that wrote. */
  rebuild(rows: Iterable<Row>): void {
    this.#slots.clear();
    this.#postings.clear();
    for (const row of rows) this.add(row);
  }

  /** Makes room. Throws `LimitError` when there is none. */
  reserve(rows: number, demand: ColumnDemand): void {
    this.#postings.reserve(rows, demand);
    this.#slots.reserve(demand.keys);
  }

  #hasLiveRow(slot: Slot): boolean {
    const { words } = this.#postings;
    let node = this.#slots.memory.view[slot] as Node;
    while (node !== 0 && !this.#live.has(this.#postings.rowAt(node))) node = words[node] as Node;
    return node !== 0;
  }

  #seek({ hash, test }: Sought, onRow?: (row: Row) => void): Slot {
    for (let slot = this.#slots.find(hash); slot !== 0; slot = this.#slots.findAfter(slot, hash)) {
      const head = this.#slots.memory.view[slot] as Node;
      const row = this.#postings.rowAt(head);
      onRow?.(row);
      const position = this.#postings.positionAt(head);
      if (test.passes(this.#column.lowAt(row, position), this.#column.highAt(row, position))) return slot;
    }
    return 0;
  }

  #addValue(row: Row, position: number, hash: number): void {
    const postings = this.#postings;
    const { words } = postings;
    const node = postings.nodeOf(row, position);
    let slot = this.#findValueOf(row, position, hash);
    let head = 0;
    if (slot === 0) slot = this.#slots.add(hash, node);
    else {
      head = this.#slots.memory.view[slot] as Node;
      this.#slots.memory.view[slot] = node;
    }
    pushNode(words, head, node);
    if (head === 0 || postings.rowAt(head) !== row) this.#changeCount(slot, 1);
  }

  #dropValue(row: Row, position: number): void {
    const postings = this.#postings;
    const { words } = postings;
    const node = postings.nodeOf(row, position);
    const slot = this.#findValueOf(row, position, this.#hashOf(row, position));
    const next = words[node] as Node;
    const before = words[node + 1] as Node;
    dropNode(words, node);
    if (before === 0 && next === 0) {
      this.#slots.remove(slot);
      return;
    }
    if (before === 0) this.#slots.memory.view[slot] = next;
    const isAgain = [next, before].some((other) => other !== 0 && postings.rowAt(other) === row);
    if (!isAgain) this.#changeCount(slot, -1);
  }

  #changeCount(slot: number, by: number): void {
    const { view } = this.#slots.memory;
    view[slot + countAt] = (view[slot + countAt] as number) + by;
  }

  #findValueOf(row: Row, position: number, hash: number): number {
    let slot = this.#slots.find(hash);
    if (slot === 0) return 0;
    const { cells } = this.#column;
    const low = this.#column.lowAt(row, position);
    const high = this.#column.highAt(row, position);
    for (; slot !== 0; slot = this.#slots.findAfter(slot, hash)) {
      const head = this.#slots.memory.view[slot] as Node;
      const other = this.#postings.rowAt(head);
      const at = this.#postings.positionAt(head);
      if (cells.areEqual(low, high, this.#column.lowAt(other, at), this.#column.highAt(other, at))) return slot;
    }
    return 0;
  }

  #hashOf(row: Row, position: number): number {
    return this.#column.cells.hash(this.#column.lowAt(row, position), this.#column.highAt(row, position));
  }
}
