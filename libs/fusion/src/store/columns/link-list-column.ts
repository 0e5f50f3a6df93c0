import { BlockHeap, type BlockRef } from '../memory/block-heap.js';
import { dropNode, pushNode, type Node } from '../memory/chain.js';
import type { SharedBuffers } from '../memory/shared-buffers.js';
import { SharedVector } from '../memory/shared-vector.js';
import { linkListHeadWords, linkListWordsOf, linkWords, type ColumnDemand } from './column-demand.js';
import type { Row } from './column.js';
import type { Links } from './links.js';

/** In a link: the row it belongs to, the row it leads to, and its node in the chain of all links that lead there. */
const targetAt = 1;
const nodeAt = 2;

/** A list of links in each row. */
export class LinkListColumn implements Links {
  readonly #refs: SharedVector;
  readonly #blocks: BlockHeap;
  /** First node of the chain of each row of the other class. */
  readonly #heads: SharedVector;

  constructor(buffers: SharedBuffers, what: string, rowsMax: number, wordsMax?: number) {
    this.#refs = new SharedVector(buffers, what, rowsMax);
    this.#blocks = new BlockHeap(buffers, what, wordsMax);
    this.#heads = new SharedVector(buffers, what, rowsMax);
  }

  get(row: Row): readonly Row[] | undefined {
    return this.has(row) ? this.targetsOf(row) : undefined;
  }

  has(row: Row): boolean {
    return this.#ref(row) !== 0;
  }

  countAt(row: Row): number {
    return this.#words[this.#ref(row)] as number;
  }

  targetAt(row: Row, position: number): Row {
    return this.#words[linkAt(this.#ref(row), position) + targetAt] as number;
  }

  targetsOf(row: Row): readonly Row[] {
    const targets: Row[] = [];
    const count = this.countAt(row);
    for (let i = 0; i < count; i++) targets.push(this.targetAt(row, i));
    return targets;
  }

  referrersOf(target: Row): readonly Row[] {
    const rows: Row[] = [];
    const words = this.#words;
    for (let node = this.#heads.view[target] ?? 0; node !== 0; node = words[node] as Node) {
      const row = words[node - nodeAt] as Row;
      // Links of one list to one row were made together, so they follow each other.
      if (rows.at(-1) !== row) rows.push(row);
    }
    return rows.reverse();
  }

  set(row: Row, targets: readonly Row[] | undefined): void {
    const before = this.#ref(row);
    if (before !== 0) {
      this.#leaveAll(row);
      this.#blocks.release(before, linkListWordsOf(this.#words[before + 1] as number));
      this.#refs.view[row] = 0;
    }
    if (targets === undefined) return;
    this.#refs.ensure(row + 1);
    for (const target of targets) this.reserveTargets(target + 1);
    const ref = this.#blocks.allocate(linkListWordsOf(targets.length));
    this.#words[ref + 1] = targets.length;
    this.#refs.view[row] = ref;
    this.#fill(ref, row, targets);
  }

  unlink(target: Row): void {
    for (const row of this.referrersOf(target)) {
      const others = this.targetsOf(row).filter((other) => other !== target);
      this.#leaveAll(row);
      this.#fill(this.#ref(row), row, others);
    }
  }

  reserve(rows: number, demand?: ColumnDemand): void {
    this.#refs.ensure(rows);
    if (demand) this.#blocks.reserve(demand.lists);
  }

  reserveTargets(rows: number): void {
    this.#heads.ensure(rows);
  }

  get #words(): Int32Array {
    return this.#blocks.memory.view;
  }

  #ref(row: Row): BlockRef {
    return this.#refs.view[row] ?? 0;
  }

  #fill(ref: BlockRef, row: Row, targets: readonly Row[]): void {
    const words = this.#words;
    const heads = this.#heads.view;
    words[ref] = targets.length;
    targets.forEach((target, i) => {
      const at = linkAt(ref, i);
      words[at] = row;
      words[at + targetAt] = target;
      pushNode(words, heads[target] as Node, at + nodeAt);
      heads[target] = at + nodeAt;
    });
  }

  /** Takes all links of a row out of their chains. */
  #leaveAll(row: Row): void {
    const words = this.#words;
    const heads = this.#heads.view;
    const ref = this.#ref(row);
    const count = this.countAt(row);
    for (let i = 0; i < count; i++) {
      const node = linkAt(ref, i) + nodeAt;
      const target = this.targetAt(row, i);
      if (heads[target] === node) heads[target] = words[node] as Node;
      dropNode(words, node);
    }
  }
}

function linkAt(ref: BlockRef, position: number): number {
  return ref + linkListHeadWords + position * linkWords;
}
