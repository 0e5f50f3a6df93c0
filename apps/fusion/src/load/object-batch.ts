/** Objects that are stored by one query, each known by its line in the file. */
export class ObjectBatch {
  readonly #bytesMax: number;
  #bytes: Buffer;
  #length = 0;
  /** Where each object ends, and the comma behind it begins. */
  readonly #ends: number[] = [];
  readonly #lines: number[] = [];

  /** `bytesMax`: how long all of them together may be, with the commas between. One alone may be longer. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#bytes = Buffer.allocUnsafe(bytesMax);
  }

  get count(): number {
    return this.#ends.length;
  }

  /** Whether so many bytes more go into it. */
  hasRoom(byteLength: number): boolean {
    return this.count === 0 || this.#length + 1 + byteLength <= this.#bytesMax;
  }

  add(bytes: Uint8Array, line: number): void {
    if (this.count > 0) this.#bytes[this.#length++] = comma;
    if (this.#length + bytes.length > this.#bytes.length) this.#bytes = Buffer.allocUnsafe(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    this.#ends.push(this.#length);
    this.#lines.push(line);
  }

  /** The line of an object, which is counted from 0. */
  lineOf(object: number): number {
    return this.#lines[object] ?? 0;
  }

  /** The objects from one up to, without it, another, separated by commas. */
  slice(from: number, to: number): Buffer {
    const start = from === 0 ? 0 : (this.#ends[from - 1] ?? 0) + 1;
    return this.#bytes.subarray(start, this.#ends[to - 1] ?? start);
  }
}

const comma = 0x2c;
