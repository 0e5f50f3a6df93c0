/** Shorter data is not worth the making of a view of its words. */
const wordwiseBytesMin = 64;

/** The four bytes that a message in parts is masked with, each byte with the next of them, over and over. */
export class Mask {
  readonly #key = new Uint8Array(4);
  /** Which byte of the key is next. */
  #at = 0;

  /** @param keyAt Where in the bytes the key is. */
  constructor(bytes: Uint8Array, keyAt: number) {
    for (let i = 0; i < 4; i++) this.#key[i] = bytes[keyAt + i] ?? 0;
  }

  /** Masks, or unmasks, what follows in the message. */
  apply(data: Uint8Array): void {
    const { length, byteOffset, buffer } = data;
    const aligned = -byteOffset & 3;
    if (length < wordwiseBytesMin) {
      this.#applyBytes(data, 0, length);
      return;
    }
    this.#applyBytes(data, 0, aligned);
    const words = new Int32Array(buffer, byteOffset + aligned, (length - aligned) >>> 2);
    const word = this.#word();
    for (let i = 0; i < words.length; i++) words[i] = (words[i] as number) ^ word;
    this.#applyBytes(data, aligned + words.byteLength, length);
  }

  #applyBytes(data: Uint8Array, from: number, end: number): void {
    const key = this.#key;
    let at = this.#at;
    for (let i = from; i < end; i++) {
      data[i] = (data[i] as number) ^ (key[at] as number);
      at = (at + 1) & 3;
    }
    this.#at = at;
  }

  /** The next four bytes of the key, the first of them lowest. */
  #word(): number {
    let word = 0;
    for (let i = 0; i < 4; i++) word |= (this.#key[(this.#at + i) & 3] as number) << (8 * i);
    return word;
  }
}
