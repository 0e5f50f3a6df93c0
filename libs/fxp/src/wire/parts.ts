import { FxpBadItemError } from '../errors.js';
import { sealEnvelope, type Envelope } from './envelope.js';

/** Largest payload that travels in one piece, in bytes, unless told otherwise. */
export const partBytesMaxDefault = 64 * 1024 * 1024;

/** Largest item that is put together from parts, in bytes. */
const itemBytesMax = 64 * 1024 ** 3;

/**
 * A payload as parts of at most `partBytesMax` bytes, each sealed when it is asked for, so that the payload and one part
 * are all that is in memory.
 */
export function* cutIntoParts(payload: Uint8Array, seq: number, partBytesMax: number): Generator<Uint8Array> {
  const count = Math.ceil(payload.length / partBytesMax);
  for (let index = 1; index <= count; index++) {
    const part = payload.subarray((index - 1) * partBytesMax, index * partBytesMax);
    yield sealEnvelope({ kind: 'part', seq, index, count }, part);
  }
}

/** One item that comes in parts, in any order, some of them more than once. The payload is the only copy that is kept. */
export class PartAssembly {
  readonly #key: string;
  readonly #count: number;
  readonly #isThere: Uint8Array;
  #missing: number;
  #partBytes = 0;
  #payload: Buffer | undefined;
  /** The last part where it came first: its length does not tell where it belongs. */
  #last: Uint8Array | undefined;
  #lastBytes = 0;

  /** For the item that a part of the list `key` belongs to. */
  constructor(key: string, { count = 1 }: Envelope) {
    this.#key = key;
    this.#count = count;
    if (count > itemBytesMax / 1024) throw new FxpBadItemError(key, `comes in ${count} parts, more than can be`);
    this.#missing = count;
    this.#isThere = new Uint8Array(count);
  }

  /** The whole payload once its last part has come. Throws {@link FxpBadItemError} for a part that cannot belong to it. */
  add({ index = 1, count, payload }: Envelope): Uint8Array | undefined {
    if (count !== this.#count) this.#refuse(`is part ${index} of ${count}, and another was one of ${this.#count}`);
    if (this.#isThere[index - 1] === 1) return undefined;
    if (index === this.#count) this.#addLast(payload);
    else this.#addFull(index, payload);
    this.#isThere[index - 1] = 1;
    if (--this.#missing > 0) return undefined;
    return this.#payload?.subarray(0, (this.#count - 1) * this.#partBytes + this.#lastBytes) ?? payload;
  }

  #addFull(index: number, part: Uint8Array): void {
    if (!this.#payload) this.#allocate(part.length);
    if (part.length !== this.#partBytes)
      this.#refuse(`has ${part.length} bytes as part ${index}, and others have ${this.#partBytes}`);
    this.#payload?.set(part, (index - 1) * this.#partBytes);
    if (this.#last) this.#addLast(this.#last);
  }

  #addLast(part: Uint8Array): void {
    this.#last = this.#payload || this.#count === 1 ? undefined : part;
    this.#lastBytes = part.length;
    if (!this.#payload) return;
    if (part.length > this.#partBytes) this.#refuse(`has ${part.length} bytes as last part, more than the others`);
    this.#payload.set(part, (this.#count - 1) * this.#partBytes);
  }

  #allocate(partBytes: number): void {
    const bytes = partBytes * this.#count;
    if (partBytes === 0 || bytes > itemBytesMax) this.#refuse(`comes in ${this.#count} parts of ${partBytes} bytes`);
    try {
      this.#payload = Buffer.allocUnsafeSlow(bytes);
    } catch (error) {
      throw new FxpBadItemError(this.#key, `is too large for this process: ${bytes} bytes`, error);
    }
    this.#partBytes = partBytes;
  }

  #refuse(problem: string): never {
    throw new FxpBadItemError(this.#key, problem);
  }
}
