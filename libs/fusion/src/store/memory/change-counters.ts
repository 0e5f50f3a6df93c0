const growthsAt = 0;
const layoutsAt = 1;

/** Counts, for all threads, what makes them look anew at a store. */
export class ChangeCounters {
  readonly shared: SharedArrayBuffer;
  readonly #counts: Int32Array;

  constructor(shared = new SharedArrayBuffer(8)) {
    this.shared = shared;
    this.#counts = new Int32Array(shared);
  }

  /** How often any shared buffer has grown. */
  get growths(): number {
    return Atomics.load(this.#counts, growthsAt);
  }

  /** How often buffers have come or gone. */
  get layouts(): number {
    return Atomics.load(this.#counts, layoutsAt);
  }

  countGrowth(): void {
    Atomics.add(this.#counts, growthsAt, 1);
  }

  countLayout(): void {
    Atomics.add(this.#counts, layoutsAt, 1);
  }
}
