import { BlockHeap, type BlockRef } from '../memory/block-heap.js';
import { dropNode, pushNode, type Node } from '../memory/chain.js';
import type { SharedBitmap } from '../memory/shared-bitmap.js';
import type { SharedBuffers } from '../memory/shared-buffers.js';
import { SharedVector } from '../memory/shared-vector.js';
import { linkListHeadWords, linkListWordsOf, linkWords, type ColumnDemand } from './column-demand.js';
import type { Row, StagedValue } from './column.js';
import type { Links, RewriteList } from './links.js';

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

  set(row: Row, targets: readonly Row[]): void {
    this.clear(row);
    this.#refs.ensure(row + 1);
    for (const target of targets) this.reserveTargets(target + 1);
    const ref = this.#blocks.allocate(linkListWordsOf(targets.length));
    this.#words[ref + 1] = targets.length;
    this.#refs.view[row] = ref;
    this.#fill(ref, row, targets);
  }

  staged(row: Row): StagedValue {
    return { low: this.#ref(row), high: 0 };
  }

  clear(row: Row): void {
    if (!this.has(row)) return;
    this.#leaveAll(row);
    this.#refs.view[row] = 0;
  }

  adopt(row: Row, low: number): void {
    this.#refs.view[row] = low;
    this.#fill(low, row, this.targetsOf(row));
  }

  discard(low: number): void {
    this.#blocks.release(low, linkListWordsOf(this.#words[low + 1] as number));
  }

  unlink(target: Row, live: SharedBitmap, rowsMax: number, rewrite: RewriteList): boolean {
    for (let i = 0; i < rowsMax; i++) {
      const node = this.#heads.view[target] ?? 0;
      if (node === 0) return true;
      const row = this.#words[node - nodeAt] as Row;
      const targets = this.targetsOf(row);
      rewrite(row, targets, () => {
        this.#leaveAll(row);
        this.#fill(
          this.#ref(row),
          row,
          targets.filter((other) => live.has(other)),
        );
      });
    }
    return false;
  }

  putBack(row: Row, before: StagedValue | undefined): void {
    this.#refs.view[row] = before?.low ?? 0;
  }

  putBackList(row: Row, targets: readonly Row[]): void {
    const ref = this.#ref(row);
    if (ref !== 0) this.#write(ref, row, targets);
  }

  rebuild(live: SharedBitmap, targets: SharedBitmap): void {
    live.zeroOthers(this.#refs);
    this.#heads.view.fill(0);
    for (const [row, ref] of this.#refs.view.entries())
      if (ref !== 0)
        this.#fill(
          ref,
          row,
          this.targetsOf(row).filter((target) => targets.has(target)),
        );
    this.#blocks.keepOnly((keep) => {
      for (const ref of this.#refs.view) if (ref !== 0) keep(ref, linkListWordsOf(this.#words[ref + 1] as number));
    });
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
    this.#write(ref, row, targets);
    const words = this.#words;
    const heads = this.#heads.view;
    targets.forEach((target, i) => {
      const node = linkAt(ref, i) + nodeAt;
      pushNode(words, heads[target] as Node, node);
      heads[target] = node;
    });
  }

  #write(ref: BlockRef, row: Row, targets: readonly Row[]): void {
    const words = this.#words;
    words[ref] = targets.length;
    targets.forEach((target, i) => {
      const at = linkAt(ref, i);
      words[at] = row;
      words[at + targetAt] = target;
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
