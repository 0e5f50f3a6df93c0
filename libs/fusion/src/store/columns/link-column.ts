import { dropNode, pushNode, type Node } from '../memory/chain.js';
import type { SharedBuffers } from '../memory/shared-buffers.js';
import { SharedVector } from '../memory/shared-vector.js';
import type { Row } from './column.js';
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

  set(row: Row, target: Row | undefined): void {
    if (this.has(row)) this.#leave(row, this.targetAt(row));
    if (target === undefined) return;
    this.reserve(row + 1);
    this.reserveTargets(target + 1);
    this.#targets.view[row] = target + 1;
    pushNode(this.#chains.view, this.#heads.view[target] as Node, nodeOf(row));
    this.#heads.view[target] = nodeOf(row);
  }

  unlink(target: Row): void {
    for (const row of this.referrersOf(target)) this.#leave(row, target);
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
