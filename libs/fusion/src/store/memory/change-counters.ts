import { MemoryLimitError } from '../../errors.js';

const growthsAt = 0;
const layoutsAt = 1;
const timeAt = 2;
const countsLength = 4;

const bytesAt = 2;
const bytesMaxAt = 3;
const evictedAt = 4;
const expiredAt = 5;
const amountsLength = 6;

/**
 * Counts, for all threads, what makes them look anew at a store, the memory that its buffers take, and the objects that
 * were taken out though nobody deleted them.
 */
export class ChangeCounters {
  readonly shared: SharedArrayBuffer;
  readonly #counts: Int32Array;
  readonly #amounts: Float64Array;

  /** @param shared Those of another thread; without them, counting begins. */
  constructor(bytesMax = Infinity, shared?: SharedArrayBuffer) {
    this.shared = shared ?? new SharedArrayBuffer(amountsLength * 8);
    this.#counts = new Int32Array(this.shared, 0, countsLength);
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

  /** A buffer is about to grow by so many bytes. Throws {@link MemoryLimitError} when there would be too many. */
  claim(bytes: number): void {
    if (bytes > this.bytesLeft) throw new MemoryLimitError(this.#amounts[bytesMaxAt] as number);
    this.bytes += bytes;
  }

  /** A buffer has grown. */
  countGrowth(): void {
    Atomics.add(this.#counts, growthsAt, 1);
  }

  /** The time of what is being done, in units and from a beginning that whoever sets it knows. */
  get time(): number {
    return Atomics.load(this.#counts, timeAt);
  }

  set time(time: number) {
    Atomics.store(this.#counts, timeAt, time);
  }

  /** How many objects were taken out to make room for others. Set only by the thread that writes, as is the next. */
  get evicted(): number {
    return this.#amounts[evictedAt] as number;
  }

  set evicted(evicted: number) {
    this.#amounts[evictedAt] = evicted;
  }

  /** How many objects were taken out since their time was over. */
  get expired(): number {
    return this.#amounts[expiredAt] as number;
  }

  set expired(expired: number) {
    this.#amounts[expiredAt] = expired;
  }

  countLayout(): void {
    Atomics.add(this.#counts, layoutsAt, 1);
  }
}
