import { compareScalars } from '../../schema/scalar.js';
import { BlockHeap, type BlockRef } from '../memory/block-heap.js';
import type { SharedBuffers } from '../memory/shared-buffers.js';
import { textWordsOf } from '../columns/column-demand.js';
import { finishHash, mixWord } from '../hash.js';
import { wordSlack, writeByte, writeWords, type JsonTarget } from '../json-target.js';
import type { EncodedText } from './encoded-text.js';

/** Set in a block's first word, beside the text's length in bytes, when the text has an escape. */
const escapeBit = -(2 ** 31);

const quote = 0x22;

/** Up to this many bytes are copied one word after the other. */
const wordwiseBytesMax = 64;

/** Texts of one column: blocks of the length in bytes, then the bytes, then zeros up to a whole word. */
export class TextHeap {
  readonly blocks: BlockHeap;
  hash = 0;

  constructor(buffers: SharedBuffers, what: string, wordsMax?: number) {
    this.blocks = new BlockHeap(buffers, what, wordsMax);
  }

  write(text: EncodedText): BlockRef {
    const { wordCount } = text;
    const ref = this.blocks.allocate(textWordsOf(text.byteLength));
    const { view } = this.blocks.memory;
    const { words } = text;
    view[ref] = headOf(text);
    for (let i = 0; i < wordCount; i++) view[ref + 1 + i] = words[i] as number;
    return ref;
  }

  /**
   * Writes a text that stands in bytes the way it is kept; at least three bytes follow it. Its hash, from a seed on, is
   * left in {@link TextHeap.hash}.
   */
  writeEncoded(bytes: DataView, from: number, byteLength: number, hasEscape: boolean, seed: number): BlockRef {
    const ref = this.blocks.allocate(textWordsOf(byteLength));
    const { view } = this.blocks.memory;
    view[ref] = hasEscape ? byteLength | escapeBit : byteLength;
    const end = ref + 1 + (byteLength >>> 2);
    let at = from;
    let hash = mixWord(seed, byteLength);
    for (let to = ref + 1; to < end; to++, at += 4) {
      const word = bytes.getInt32(at, true);
      view[to] = word;
      hash = mixWord(hash, word);
    }
    const bitsLeft = (byteLength & 3) * 8;
    if (bitsLeft > 0) {
      const word = bytes.getInt32(at, true) & ((1 << bitsLeft) - 1);
      view[end] = word;
      hash = mixWord(hash, word);
    }
    this.hash = finishHash(hash);
    return ref;
  }

  release(ref: BlockRef): void {
    this.blocks.release(ref, textWordsOf(this.#byteLength(ref)));
  }

  /** Gives back all texts but those that `each` names. */
  keepOnly(each: (keep: (ref: BlockRef) => void) => void): void {
    this.blocks.keepOnly((keep) => each((ref) => keep(ref, textWordsOf(this.#byteLength(ref)))));
  }

  holds(ref: BlockRef, text: EncodedText): boolean {
    const { view } = this.blocks.memory;
    if (view[ref] !== headOf(text)) return false;
    const { words, wordCount } = text;
    for (let i = 0; i < wordCount; i++) if (view[ref + 1 + i] !== words[i]) return false;
    return true;
  }

  startsWith(ref: BlockRef, text: EncodedText): boolean {
    const { view } = this.blocks.memory;
    const { byteLength, words } = text;
    if (this.#byteLength(ref) < byteLength) return false;
    const wholeWords = byteLength >>> 2;
    for (let i = 0; i < wholeWords; i++) if (view[ref + 1 + i] !== words[i]) return false;
    const bitsLeft = (byteLength & 3) * 8;
    if (bitsLeft === 0) return true;
    const different = (view[ref + 1 + wholeWords] as number) ^ (words[wholeWords] as number);
    return (different & ((1 << bitsLeft) - 1)) === 0;
  }

  areEqual(ref: BlockRef, other: BlockRef): boolean {
    const { view } = this.blocks.memory;
    const words = textWordsOf(this.#byteLength(ref));
    for (let i = 0; i < words; i++) if (view[ref + i] !== view[other + i]) return false;
    return true;
  }

  /** Negative where the first text comes before the other in the order of code points. */
  compare(ref: BlockRef, other: BlockRef): number {
    const { view } = this.blocks.memory;
    if (((view[ref] as number) | (view[other] as number)) < 0) return compareScalars(this.read(ref), this.read(other));
    return compareBytes(view, ref + 1, this.#byteLength(ref), view, other + 1, this.#byteLength(other));
  }

  compareTo(ref: BlockRef, encoded: EncodedText, text: string): number {
    const { view } = this.blocks.memory;
    if ((view[ref] as number) < 0 || encoded.hasEscape) return compareScalars(this.read(ref), text);
    return compareBytes(view, ref + 1, this.#byteLength(ref), encoded.words, 0, encoded.byteLength);
  }

  touch(ref: BlockRef): number {
    return this.blocks.memory.view[ref] as number;
  }

  read(ref: BlockRef): string {
    const { view } = this.blocks.memory;
    const text = this.blocks.memory.bytes(ref + 1, this.#byteLength(ref)).toString();
    return (view[ref] as number) < 0 ? (JSON.parse(`"${text}"`) as string) : text;
  }

  /** Writes the text with its quotes. */
  writeJson(ref: BlockRef, target: JsonTarget): void {
    const byteLength = this.#byteLength(ref);
    target.reserve(byteLength + 2 + wordSlack);
    writeByte(target, quote);
    if (byteLength <= wordwiseBytesMax) writeWords(target, this.blocks.memory.view, ref + 1, byteLength);
    else {
      target.bytes.set(this.blocks.memory.bytes(ref + 1, byteLength), target.at);
      target.at += byteLength;
    }
    writeByte(target, quote);
  }

  #byteLength(ref: BlockRef): number {
    return (this.blocks.memory.view[ref] as number) & ~escapeBit;
  }
}

function headOf({ byteLength, hasEscape }: EncodedText): number {
  return hasEscape ? byteLength | escapeBit : byteLength;
}

/** Compares bytes four at a time; words hold their first byte lowest, so different ones are turned round. */
function compareBytes(
  words: Int32Array,
  from: number,
  byteLength: number,
  otherWords: Int32Array,
  otherFrom: number,
  otherByteLength: number,
): number {
  const wordCount = (Math.min(byteLength, otherByteLength) + 3) >>> 2;
  for (let i = 0; i < wordCount; i++) {
    const a = words[from + i] as number;
    const b = otherWords[otherFrom + i] as number;
    if (a === b) continue;
    const firstDifferent = (31 - Math.clz32((a ^ b) & -(a ^ b))) & 24;
    return ((a >>> firstDifferent) & 0xff) - ((b >>> firstDifferent) & 0xff);
  }
  return byteLength - otherByteLength;
}
