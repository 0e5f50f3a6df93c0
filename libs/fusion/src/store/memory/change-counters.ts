import { MemoryLimitError } from '../../errors.js';

const growthsAt = 0;
const layoutsAt = 1;

const bytesAt = 1;
const bytesMaxAt = 2;

/** Counts, for all threads, what makes them look anew at a store, and the memory that its buffers take. */
export class ChangeCounters {
  readonly shared: SharedArrayBuffer;
  readonly #counts: Int32Array;
  readonly #amounts: Float64Array;

  /** @param shared Those of another thread; without them, counting begins. */
  constructor(bytesMax = Infinity, shared?: SharedArrayBuffer) {
    this.shared = shared ?? new SharedArrayBuffer(24);
    this.#counts = new Int32Array(this.shared, 0, 2);
    this.#amounts = new Float64Array(this.shared);
    if (!shared) this.#amounts[bytesMaxAt] = bytesMax;
  }

  /** How often any shared buffer has grown. */
  get growths(): number {
    return Atomics.load(this.#counts, growthsAt);
  }

  /** How often buffers have come or gone. */
  get layouts(): number {
    return Atomics.load(this.#counts, layoutsAt);
  }

  /** How many bytes all buffers have. Set only by the thread that writes. */
  get bytes(): number {
    return this.#amounts[bytesAt] as number;
  }

  set bytes(bytes: number) {
    this.#amounts[bytesAt] = bytes;
  }

  /** How many bytes there may be beside those. */
  get bytesLeft(): number {
    return (this.#amounts[bytesMaxAt] as number) - this.bytes;
  }

  /** A buffer grows by so many bytes. Throws {@link MemoryLimitError} when there would be too many. */
  countGrowth(bytes: number): void {
    if (bytes > this.bytesLeft) throw new MemoryLimitError(this.#amounts[bytesMaxAt] as number);
    this.bytes += bytes;
    Atomics.add(this.#counts, growthsAt, 1);
  }

  countLayout(): void {
    Atomics.add(this.#counts, layoutsAt, 1);
  }
}
