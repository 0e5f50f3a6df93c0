import type { Scalar } from '../../schema/scalar.js';
import { BlockDemand } from '../memory/block-demand.js';

/** A list of values is their number, then their cells. */
export const cellWords = 2;

/** A list of links is the number of links, the number it has room for, then the links. */
export const linkListHeadWords = 2;

/** A link in a list is the row it belongs to, the row it leads to, and its node in the chain of all that lead there. */
export const linkWords = 4;

/** A value of a list in an index is its node in the chain of equal values, the row, and its position in the list. */
export const nodeWords = 4;

/** The words of a list of values. */
export function listWordsOf(values: number): number {
  return 1 + values * cellWords;
}

/** The words of a list of links. */
export function linkListWordsOf(links: number): number {
  return linkListHeadWords + links * linkWords;
}

/** The words of a text of so many bytes: its length, then the bytes. */
export function textWordsOf(byteLength: number): number {
  return 1 + ((byteLength + 3) >>> 2);
}

/** What a column will take of what a write is about to put there, counted before anything changes. */
export class ColumnDemand {
  /** Most new values of an index. */
  keys = 0;
  readonly texts = new BlockDemand();
  readonly lists = new BlockDemand();
  readonly postings = new BlockDemand();

  /** The words of all blocks. */
  get words(): number {
    return this.texts.words + this.lists.words + this.postings.words;
  }

  /** Counts a value, or a list of them, that is written in `times` rows. */
  addValue(value: Scalar | readonly Scalar[], times: number): void {
    if (!isList(value)) {
      this.#addScalar(value, times);
      return;
    }
    this.lists.add(listWordsOf(value.length), times);
    if (value.length > 0) this.postings.add(value.length * nodeWords, times);
    for (const item of value) this.#addScalar(item, times);
  }

  /** Counts a list of links that is written in `times` rows. */
  addLinks(links: number, times: number): void {
    this.lists.add(linkListWordsOf(links), times);
  }

  #addScalar(value: Scalar, times: number): void {
    this.keys++;
    if (typeof value === 'string') this.texts.add(textWordsOf(encodedBytesOf(value)), times);
  }
}

/** How many bytes a text takes as JSON in UTF-8, without its quotes. */
function encodedBytesOf(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c)
      return Buffer.byteLength(JSON.stringify(text)) - 2;
  }
  return text.length;
}

/** `Array.isArray` that knows readonly arrays. */
function isList(value: Scalar | readonly Scalar[]): value is readonly Scalar[] {
  return Array.isArray(value);
}
