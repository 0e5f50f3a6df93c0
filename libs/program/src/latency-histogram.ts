/** Buckets per doubling: what is told is at most 1.6 % too much. */
const bucketsPerDoubling = 64;

/** From 1 µs up to 2^30 µs, about 18 minutes. */
const doublings = 30;

/** Latencies in so many buckets that percentiles are good enough for people, whatever their number. */
export class LatencyHistogram {
  readonly #buckets = new Float64Array(bucketsPerDoubling * doublings + 1);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** One latency, in milliseconds. */
  record(ms: number): void {
    const place = Math.ceil(Math.log2(Math.max(1, ms * 1000)) * bucketsPerDoubling);
    const at = Math.min(place, this.#buckets.length - 1);
    this.#buckets[at] = (this.#buckets[at] ?? 0) + 1;
    this.#count++;
  }

  /** The time in milliseconds that so many percent did not exceed; `NaN` when there are none. */
  percentile(percent: number): number {
    const wanted = Math.max(1, Math.ceil((this.#count * percent) / 100));
    let seen = 0;
    for (const [at, count] of this.#buckets.entries()) {
      seen += count;
      if (seen >= wanted) return 2 ** (at / bucketsPerDoubling) / 1000;
    }
    return NaN;
  }
}
