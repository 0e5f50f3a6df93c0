import { paddingBytes } from './json-bytes.js';

const capacityMin = 64 * 1024;

/** The part of a text that is looked at: from what is not read yet to the last byte that has come. Zeros follow it. */
export class ByteWindow {
  bytes = Buffer.alloc(capacityMin + paddingBytes);
  /** Where it ends. */
  end = 0;
  /** Where what is not read yet begins. */
  at = 0;
  /** Bytes of the text before the window. */
  offset = 0;

  /** How many bytes are not read yet. */
  get left(): number {
    return this.end - this.at;
  }

  push(piece: Uint8Array): void {
    this.#makeRoom(this.left + piece.length);
    this.bytes.set(piece, this.end);
    this.end += piece.length;
    this.bytes.fill(0, this.end, this.end + paddingBytes);
  }

  /** What is not read yet. */
  unread(): Buffer {
    return this.bytes.subarray(this.at, this.end);
  }

  /** Moves what is left to the front. */
  #makeRoom(length: number): void {
    const { bytes, at, end } = this;
    if (length + paddingBytes > bytes.length) this.bytes = Buffer.alloc(2 * length + paddingBytes);
    bytes.copy(this.bytes, 0, at, end);
    this.offset += at;
    this.end = end - at;
    this.at = 0;
  }
}
