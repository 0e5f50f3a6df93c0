/** Label values of one sample, by label name. */
export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  /** Adds `value` (1 unless told; never negative). */
  inc(value?: number): void;
}

export interface Gauge {
  set(value: number): void;
}

export interface Histogram {
  observe(value: number): void;
}

/** Describes one metric; the name ends in its unit (`netsync_wait_seconds`, `fxp_items_total`). */
export interface MetricSpec {
  readonly name: string;
  readonly help: string;
  readonly labels?: Labels;
}

export interface HistogramSpec extends MetricSpec {
  /** Upper bounds of the buckets, ascending, in the metric's unit. */
  readonly buckets: readonly number[];
}

/**
 * What libraries count with. Asking again for the same name and labels gives the same metric. The programs put
 * prom-client behind it.
 */
export interface Metrics {
  counter(spec: MetricSpec): Counter;
  /** A counter that is kept already, and is read when the metrics are scraped; it never goes back. */
  observedCounter(spec: MetricSpec, read: () => number): void;
  gauge(spec: MetricSpec): Gauge;
  /** A gauge that is read when the metrics are scraped. */
  observedGauge(spec: MetricSpec, read: () => number): void;
  histogram(spec: HistogramSpec): Histogram;
}

const ignore = (): void => undefined;

/** Metrics that nobody reads: what a library uses when it is given none. */
export const silentMetrics: Metrics = {
  counter: () => ({ inc: ignore }),
  observedCounter: ignore,
  gauge: () => ({ set: ignore }),
  observedGauge: ignore,
  histogram: () => ({ observe: ignore }),
};
