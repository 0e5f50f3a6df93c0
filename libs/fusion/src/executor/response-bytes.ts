import { FusionError } from '../errors.js';
import { responseBytesMax } from '../limits.js';
import { viewOf, type JsonTarget } from '../store/json-target.js';

const bytesMin = 16 * 1024;

/** The memory of a longer response is not kept for the next. */
const keptBytesMax = 2 ** 20;

/** Texts up to this length are written character by character, which is quicker than asking for it. */
const shortCharsMax = 32;

/** So few bytes are copied more quickly one by one. */
const copiedBytesMax = 256;

/** The bytes of a response as they are written. One object serves for many responses in turn. */
export class ResponseBytes implements JsonTarget {
  bytes: Buffer;
  view: DataView;
  at = 0;
  readonly #bytesMax: number;

  constructor(bytesMax = responseBytesMax) {
    this.#bytesMax = bytesMax;
    this.bytes = Buffer.allocUnsafeSlow(bytesMin);
    this.view = viewOf(this.bytes);
  }

  /** Begins with the next response; the bytes of the last one are lost. */
  clear(): void {
    this.at = 0;
    if (this.bytes.length > keptBytesMax) this.#useBytes(Buffer.allocUnsafeSlow(bytesMin));
  }

  /** Throws {@link FusionError} 1503 when the response becomes longer than allowed. */
  add(piece: string): void {
    this.reserve(piece.length * 3);
    if (piece.length > shortCharsMax || !this.#addShort(piece)) this.at += this.bytes.write(piece, this.at);
    this.#check();
  }

  /** Throws as {@link ResponseBytes.add} does. */
  addBytes(piece: Uint8Array, start = 0, end = piece.length): void {
    this.reserve(end - start);
    const { bytes } = this;
    let { at } = this;
    for (let i = start; i < end; i++) bytes[at++] = piece[i] as number;
    this.at = at;
  }

  /** Throws as {@link ResponseBytes.add} does. */
  addByte(byte: number): void {
    if (this.at >= this.bytes.length) this.reserve(1);
    this.bytes[this.at++] = byte;
  }

  /** Throws as {@link ResponseBytes.add} does. */
  reserve(count: number): void {
    this.#check();
    const { length } = this.bytes;
    if (this.at + count <= length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.at + count, 2 * length));
    this.bytes.copy(larger, 0, 0, this.at);
    this.#useBytes(larger);
  }

  /** What has been written; good until {@link ResponseBytes.clear}. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  /** A copy of what has been written. */
  copy(): Uint8Array {
    const { bytes, at } = this;
    if (at > copiedBytesMax) return Buffer.from(this.written());
    const copied = Buffer.allocUnsafe(at);
    for (let i = 0; i < at; i++) copied[i] = bytes[i] as number;
    return copied;
  }

  #useBytes(bytes: Buffer): void {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  /** Whether the text is ASCII; then it is written. */
  #addShort(piece: string): boolean {
    const { bytes, at } = this;
    for (let i = 0; i < piece.length; i++) {
      const unit = piece.charCodeAt(i);
      if (unit > 0x7f) return false;
      bytes[at + i] = unit;
    }
    this.at = at + piece.length;
    return true;
  }

  #check(): void {
    if (this.at > this.#bytesMax)
      throw new FusionError(1503, `the response is limited to ${this.#bytesMax} bytes; ask for less`);
  }
}
