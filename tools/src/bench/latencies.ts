import { createHistogram } from 'node:perf_hooks';

const nsPerMs = 1e6;
const nsPerUs = 1000;

/** The percentiles that are kept, by name. */
export const percents = { p50: 50, p75: 75, p90: 90, p95: 95, p99: 99, p995: 99.5, p999: 99.9, p9999: 99.99 } as const;

/** Latencies by percentile, in microseconds. */
export type Percentiles = Readonly<Record<keyof typeof percents, number>>;

/** Latencies, kept to three digits: Node's own HdrHistogram. */
export class Latencies {
  readonly #histogram = createHistogram();

  /** One latency, in milliseconds as `performance.now` tells them. */
  record(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * nsPerMs)));
  }

  percentiles(): Percentiles {
    const at = (percent: number): number => this.#histogram.percentile(percent) / nsPerUs;
    return Object.fromEntries(Object.entries(percents).map(([name, percent]) => [name, at(percent)])) as Percentiles;
  }
}
