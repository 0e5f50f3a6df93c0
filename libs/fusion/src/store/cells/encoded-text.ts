import { finishHash, mixWord } from '../hash.js';

/** A longer text's memory is not kept for the next. */
const keptBytesMax = 64 * 1024;

const bytesMin = 256;

/**
 * A text in the form in which the store keeps texts: UTF-8 as `JSON.stringify` writes it between the quotes. Equal texts
 * have equal bytes, and a text begins with another one where its bytes do. One object serves for many texts in turn.
 */
export class EncodedText {
  /** The bytes, followed by zeros up to a multiple of four. */
  words = new Int32Array(0);
  byteLength = 0;
  /** Whether some character is written as an escape, so that the order of the bytes is not the order of the texts. */
  hasEscape = false;
  hash = 0;
  readonly #hashSeed: number;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(hashSeed: number) {
    this.#hashSeed = hashSeed;
  }

  get wordCount(): number {
    return (this.byteLength + 3) >>> 2;
  }

  encode(text: string): void {
    if (!this.#encodePlain(text)) this.#encodeAny(text);
    this.#finish();
  }

  /** Takes a text that stands in bytes, encoded and without escapes. */
  copy(bytes: Uint8Array, start: number, end: number): void {
    this.byteLength = end - start;
    this.hasEscape = false;
    this.#ensure(this.byteLength);
    for (let at = start; at < end; at++) this.#bytes[at - start] = bytes[at] as number;
    this.#finish();
  }

  /** Whether the text is ASCII without anything to escape; then it is encoded. */
  #encodePlain(text: string): boolean {
    const { length } = text;
    this.#ensure(length);
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) return false;
      bytes[i] = unit;
    }
    this.byteLength = length;
    this.hasEscape = false;
    return true;
  }

  #encodeAny(text: string): void {
    const inside = JSON.stringify(text).slice(1, -1);
    this.byteLength = Buffer.byteLength(inside);
    this.hasEscape = inside.length > text.length;
    this.#ensure(this.byteLength);
    this.#bytes.write(inside);
  }

  #finish(): void {
    const { byteLength, wordCount, words } = this;
    this.#bytes.fill(0, byteLength, wordCount * 4);
    let hash = mixWord(this.#hashSeed, byteLength);
    for (let i = 0; i < wordCount; i++) hash = mixWord(hash, words[i] as number);
    this.hash = finishHash(hash);
  }

  #ensure(bytes: number): void {
    const capacity = this.#bytes.length;
    if (bytes <= capacity && (capacity <= keptBytesMax || bytes > keptBytesMax)) return;
    const memory = new ArrayBuffer(Math.max((bytes + 3) & ~3, bytesMin));
    this.#bytes = Buffer.from(memory);
    this.words = new Int32Array(memory);
  }
}
