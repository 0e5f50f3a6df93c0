import { build, type Histogram } from 'hdr-histogram-js';

const nsPerMs = 1e6;
const nsPerUs = 1000;

/** The percentiles that are kept, by name. */
export const percents = { p50: 50, p75: 75, p90: 90, p95: 95, p99: 99, p995: 99.5, p999: 99.9, p9999: 99.99 } as const;

/** Latencies by percentile, in microseconds. */
export type Percentiles = Readonly<Record<keyof typeof percents, number>>;

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
    return Object.fromEntries(Object.entries(percents).map(([name, percent]) => [name, at(percent)])) as Percentiles;
  }
}
