import { BlockHeap } from '../memory/block-heap.js';
import type { Node } from '../memory/chain.js';
import type { SharedBuffers } from '../memory/shared-buffers.js';
import { SharedVector } from '../memory/shared-vector.js';
import { nodeWords, type ColumnDemand } from '../columns/column-demand.js';
import type { Row } from '../columns/column.js';

/** The places of rows' values in the chains of an index. */
export interface Postings {
  /** Where the chains are. */
  readonly words: Int32Array;
  rowAt(node: Node): Row;
  /** Which of the row's values it is. */
  positionAt(node: Node): number;
  /** The node of one of a row's values, which has to have been made. */
  nodeOf(row: Row, position: number): Node;
  /** Makes nodes for so many values of a row that has none. */
  make(row: Row, count: number): void;
  drop(row: Row, count: number): void;
  /** No row has nodes any more. */
  clear(): void;
  /** Makes room. Throws `LimitError` when there is none. */
  reserve(rows: number, demand: ColumnDemand): void;
}

/** One value in each row, so that the row says where its node is. */
export class SinglePostings implements Postings {
  readonly #nodes: SharedVector;

  constructor(buffers: SharedBuffers, what: string, rowsMax: number) {
    this.#nodes = new SharedVector(buffers, what, this.nodeOf(rowsMax));
  }

  get words(): Int32Array {
    return this.#nodes.view;
  }

  rowAt(node: Node): Row {
    return node / 2 - 1;
  }

  positionAt(): number {
    return 0;
  }

  nodeOf(row: Row): Node {
    return (row + 1) * 2;
  }

  make(row: Row): void {
    this.#nodes.ensure(this.nodeOf(row + 1));
  }

  drop(): void {
    // The node stays with the row.
  }

  clear(): void {
    // A node that is in no chain says nothing.
  }

  reserve(rows: number): void {
    this.#nodes.ensure(this.nodeOf(rows));
  }
}

/** Any number of values in each row: a block of nodes for each row. */
export class ListPostings implements Postings {
  readonly #refs: SharedVector;
  readonly #blocks: BlockHeap;

  constructor(buffers: SharedBuffers, what: string, rowsMax: number) {
    this.#refs = new SharedVector(buffers, what, rowsMax);
    this.#blocks = new BlockHeap(buffers, what);
  }

  get words(): Int32Array {
    return this.#blocks.memory.view;
  }

  rowAt(node: Node): Row {
    return this.words[node + 2] as Row;
  }

  positionAt(node: Node): number {
    return this.words[node + 3] as number;
  }

  nodeOf(row: Row, position: number): Node {
    return (this.#refs.view[row] as number) + position * nodeWords;
  }

  make(row: Row, count: number): void {
    this.#refs.ensure(row + 1);
    this.#refs.view[row] = this.#blocks.allocate(count * nodeWords);
    const { words } = this;
    for (let i = 0; i < count; i++) {
      words[this.nodeOf(row, i) + 2] = row;
      words[this.nodeOf(row, i) + 3] = i;
    }
  }

  drop(row: Row, count: number): void {
    this.#blocks.release(this.nodeOf(row, 0), count * nodeWords);
  }

  clear(): void {
    this.#blocks.keepOnly(() => undefined);
  }

  reserve(rows: number, demand: ColumnDemand): void {
    this.#refs.ensure(rows);
    this.#blocks.reserve(demand.postings);
  }
}
