import type { Row } from './columns/column.js';
import { dropNode, pushNode, type Node } from './memory/chain.js';
import type { SharedBuffers } from './memory/shared-buffers.js';
import { SharedVector } from './memory/shared-vector.js';

/** The queue's own words: the nodes of the rows that expire last and first. */
const lastAt = 0;
const firstAt = 1;
const headerWords = 4;

/** A row has a node of the queue, and two words of its time. */
const rowWords = 4;
const timeAt = 2;

/**
 * When the objects of a class expire. All live equally long, so those made first expire first: a queue is all it takes,
 * in which each row has its place, so that an object that is taken out leaves nothing behind.
 */
export class ExpiryQueue {
  readonly #words: SharedVector;
  readonly #ttlMs: number;
  readonly #time = new Float64Array(1);
  readonly #timeWords = new Int32Array(this.#time.buffer);

  constructor(buffers: SharedBuffers, what: string, rowsMax: number, ttlMs: number) {
    this.#words = new SharedVector(buffers, what, headerWords + rowsMax * rowWords);
    this.#words.ensure(headerWords);
    this.#ttlMs = ttlMs;
  }

  /** When the first expires; `Infinity` where there is none. */
  get earliest(): number {
    const node = this.#words.view[firstAt] as Node;
    return node === 0 ? Infinity : this.#timeAt(node);
  }

  /** The rows that have expired, the first first, and at most so many. */
  due(now: number, rowsMax: number): readonly Row[] {
    const { view } = this.#words;
    const rows: Row[] = [];
    for (let node = view[firstAt] as Node; node !== 0 && rows.length < rowsMax; node = view[node + 1] as Node) {
      if (this.#timeAt(node) > now) break;
      rows.push(rowAt(node));
    }
    return rows;
  }

  /** When a row in the queue expires. */
  timeOf(row: Row): number {
    return this.#timeAt(nodeOf(row));
  }

  /** A row gets an object, which lives from now on. No row has been given a later time before. */
  add(row: Row, now: number): void {
    const node = nodeOf(row);
    this.#words.ensure(node + rowWords);
    const { view } = this.#words;
    this.#time[0] = now + this.#ttlMs;
    view[node + timeAt] = this.#timeWords[0] as number;
    view[node + timeAt + 1] = this.#timeWords[1] as number;
    this.#push(node);
  }

  /** A row in the queue loses its object. */
  drop(row: Row): void {
    const { view } = this.#words;
    const node = nodeOf(row);
    const [next, before] = [view[node] as Node, view[node + 1] as Node];
    dropNode(view, node);
    if (view[lastAt] === node) view[lastAt] = next;
    if (view[firstAt] === node) view[firstAt] = before;
  }

  /** Holds these rows with the times they have and no others, after the death of the thread that wrote. */
  rebuild(rows: Iterable<Row>): void {
    const { view } = this.#words;
    view[lastAt] = 0;
    view[firstAt] = 0;
    for (const row of [...rows].sort((a, b) => this.timeOf(a) - this.timeOf(b))) this.#push(nodeOf(row));
  }

  /** Makes room for so many rows. Throws `LimitError` when there is none. */
  reserve(rows: number): void {
    this.#words.ensure(nodeOf(rows));
  }

  #push(node: Node): void {
    const { view } = this.#words;
    pushNode(view, view[lastAt] as Node, node);
    view[lastAt] = node;
    if (view[firstAt] === 0) view[firstAt] = node;
  }

  #timeAt(node: Node): number {
    const { view } = this.#words;
    this.#timeWords[0] = view[node + timeAt] as number;
    this.#timeWords[1] = view[node + timeAt + 1] as number;
    return this.#time[0] as number;
  }
}

function nodeOf(row: Row): Node {
  return headerWords + row * rowWords;
}

function rowAt(node: Node): Row {
  return (node - headerWords) / rowWords;
}
