import { dropNode, pushNode, type Node } from '../memory/chain.js';
import type { SharedBitmap } from '../memory/shared-bitmap.js';
import type { SharedBuffers } from '../memory/shared-buffers.js';
import { SharedVector } from '../memory/shared-vector.js';
import type { Row, StagedValue } from './column.js';
import type { Links } from './links.js';

/** At most one link in each row. All rows that link to the same row form a chain. */
export class LinkColumn implements Links {
  /** Row of the other class + 1. */
  readonly #targets: SharedVector;
  /** Every row's place in its chain. */
  readonly #chains: SharedVector;
  /** First node of the chain of each row of the other class. */
  readonly #heads: SharedVector;

  constructor(buffers: SharedBuffers, what: string, rowsMax: number) {
    this.#targets = new SharedVector(buffers, what, rowsMax);
    this.#chains = new SharedVector(buffers, what, nodeOf(rowsMax));
    this.#heads = new SharedVector(buffers, what, rowsMax);
  }

  get(row: Row): Row | undefined {
    return this.has(row) ? this.targetAt(row) : undefined;
  }

  has(row: Row): boolean {
    return (this.#targets.view[row] ?? 0) !== 0;
  }

  countAt(row: Row): number {
    return this.has(row) ? 1 : 0;
  }

  targetAt(row: Row): Row {
    return (this.#targets.view[row] as number) - 1;
  }

  targetsOf(row: Row): readonly Row[] {
    return this.has(row) ? [this.targetAt(row)] : [];
  }

  referrersOf(target: Row): readonly Row[] {
    const rows: Row[] = [];
    const { view } = this.#chains;
    for (let node = this.#heads.view[target] ?? 0; node !== 0; node = view[node] as Node) rows.push(rowAt(node));
    return rows.reverse();
  }

  set(row: Row, target: Row): void {
    this.clear(row);
    this.reserve(row + 1);
    this.reserveTargets(target + 1);
    this.adopt(row, target + 1);
  }

  staged(row: Row): StagedValue {
    return { low: this.#targets.view[row] as number, high: 0 };
  }

  clear(row: Row): void {
    if (this.has(row)) this.#leave(row, this.targetAt(row));
  }

  adopt(row: Row, low: number): void {
    const heads = this.#heads.view;
    this.#targets.view[row] = low;
    pushNode(this.#chains.view, heads[low - 1] as Node, nodeOf(row));
    heads[low - 1] = nodeOf(row);
  }

  discard(): void {
    // A row of another class is nobody's to give back.
  }

  putBack(row: Row, before: StagedValue | undefined): void {
    this.#targets.view[row] = before?.low ?? 0;
  }

  putBackList(): void {
    // A link is written at once.
  }

  rebuild(live: SharedBitmap, targets: SharedBitmap): void {
    live.zeroOthers(this.#targets);
    this.#heads.view.fill(0);
    for (const [row, low] of this.#targets.view.entries())
      if (low !== 0 && targets.has(low - 1)) this.adopt(row, low);
      else this.#targets.view[row] = 0;
  }

  unlink(target: Row, _live: SharedBitmap, rowsMax: number): boolean {
    for (let i = 0; i < rowsMax; i++) {
      const node = this.#heads.view[target] ?? 0;
      if (node === 0) return true;
      this.#leave(rowAt(node), target);
    }
    return false;
  }

  reserve(rows: number): void {
    this.#targets.ensure(rows);
    this.#chains.ensure(nodeOf(rows));
  }

  reserveTargets(rows: number): void {
    this.#heads.ensure(rows);
  }

  #leave(row: Row, target: Row): void {
    const node = nodeOf(row);
    const heads = this.#heads.view;
    if (heads[target] === node) heads[target] = this.#chains.view[node] as Node;
    dropNode(this.#chains.view, node);
    this.#targets.view[row] = 0;
  }
}

function nodeOf(row: Row): Node {
  return (row + 1) * 2;
}

function rowAt(node: Node): Row {
  return node / 2 - 1;
}
