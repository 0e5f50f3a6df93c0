import { LoadFileError } from './load-file-error.js';

/** Longest object, in bytes: what the bulk interface takes at most. */
const objectBytesMax = 2 ** 30;

/** The bytes of an object, or of its line, that comes in several chunks. */
export class ObjectPieces {
  #pieces: Buffer[] = [];
  #length = 0;

  /** Throws {@link LoadFileError} when the object that begins on this line becomes too long. */
  add(piece: Buffer, line: number): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#length > objectBytesMax) throw new LoadFileError(line, `an object is limited to ${objectBytesMax} bytes`);
  }

  /** All of it in one, copied only where it came in several; begins anew. */
  take(): Buffer {
    const [only = Buffer.alloc(0), ...others] = this.#pieces;
    const bytes = others.length > 0 ? Buffer.concat(this.#pieces) : only;
    this.#pieces = [];
    this.#length = 0;
    return bytes;
  }
}
