import { build, type Histogram } from 'hdr-histogram-js';

const nsPerMs = 1e6;
const nsPerUs = 1000;

/** Latencies by percentile, in microseconds. */
export type Percentiles = Readonly<Record<'p50' | 'p99' | 'p999', number>>;

/** Latencies from 1 ns to 60 s, kept to three digits. */
export class Latencies {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000 * nsPerMs,
    numberOfSignificantValueDigits: 3,
  });

  /** One latency, in milliseconds as `performance.now` tells them. */
  record(ms: number): void {
    this.#histogram.recordValue(Math.max(1, Math.round(ms * nsPerMs)));
  }

  percentiles(): Percentiles {
    const at = (percent: number): number => this.#histogram.getValueAtPercentile(percent) / nsPerUs;
    return { p50: at(50), p99: at(99), p999: at(99.9) };
  }
}
