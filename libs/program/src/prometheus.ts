import {
  assert,
  type Counter,
  type Gauge,
  type Histogram,
  type HistogramSpec,
  type Metrics,
  type MetricSpec,
} from '@syncytium/kit';
import * as prometheus from 'prom-client';
import { TalliedHistogram } from './tallied-histogram.js';

/** Metrics together with what `GET /metrics` answers. */
export interface MetricsRegistry extends Metrics {
  /** MIME type of {@link MetricsRegistry.render}. */
  readonly contentType: string;
  /** All metrics in Prometheus's text format. */
  render(): Promise<string>;
}

export interface MetricsOptions {
  /** Also report CPU, memory and event loop of the process. */
  readonly process?: boolean;
}

interface Config {
  name: string;
  help: string;
  labelNames: string[];
  registers: prometheus.Registry[];
}

/** Metrics that prom-client renders, in a registry of their own. */
export function createMetrics({ process = false }: MetricsOptions = {}): MetricsRegistry {
  const register = new prometheus.Registry();
  if (process) prometheus.collectDefaultMetrics({ register });
  const known = new Map<string, unknown>();
  const counters = new Map<string, Counter>();

  /** prom-client refuses a second metric of one name; samples of different labels share the metric. */
  function shared<M>(spec: MetricSpec, make: (config: Config) => M): M {
    const metric =
      (known.get(spec.name) as M | undefined) ??
      make({ name: spec.name, help: spec.help, labelNames: Object.keys(spec.labels ?? {}), registers: [register] });
    known.set(spec.name, metric);
    return metric;
  }

  /** A metric whose samples are brought up to date when it is scraped. */
  function collected<M extends object>(
    spec: MetricSpec,
    make: (config: Config & { collect: () => void }) => M,
  ): M & { readonly updates: (() => void)[] } {
    return shared(spec, (config) => {
      const updates: (() => void)[] = [];
      return Object.assign(make({ ...config, collect: () => updates.forEach((update) => update()) }), { updates });
    });
  }

  function observeCounter(spec: MetricSpec, read: () => number): void {
    const counter = collected(spec, (config) => new prometheus.Counter(config));
    const child = counter.labels({ ...spec.labels });
    let shown = 0;
    counter.updates.push(() => {
      // Also when nothing was counted: a sample that is missing is no zero.
      const counted = read();
      child.inc(counted - shown);
      shown = counted;
    });
  }

  /** Counts by itself: prom-client looks its samples up at each count, which takes longer than much of what is counted. */
  function makeCounter(spec: MetricSpec): Counter {
    let counted = 0;
    observeCounter(spec, () => counted);
    return {
      inc(value = 1) {
        assert(value >= 0, 'a counter never goes back');
        counted += value;
      },
    };
  }

  return {
    contentType: register.contentType,
    render: () => register.metrics(),
    counter(spec): Counter {
      const key = JSON.stringify([spec.name, spec.labels]);
      let counter = counters.get(key);
      if (!counter) counters.set(key, (counter = makeCounter(spec)));
      return counter;
    },
    observedCounter: observeCounter,
    gauge(spec): Gauge {
      const child = shared(spec, (config) => new prometheus.Gauge(config)).labels({ ...spec.labels });
      return { set: (value) => child.set(value) };
    },
    observedGauge(spec, read) {
      const gauge = collected(spec, (config) => new prometheus.Gauge(config));
      gauge.updates.push(() => gauge.set({ ...spec.labels }, read()));
    },
    histogram(spec: HistogramSpec): Histogram {
      const make = (config: Config): TalliedHistogram =>
        new TalliedHistogram({ ...config, buckets: [...spec.buckets] });
      return shared(spec, make).tally({ ...spec.labels });
    },
  };
}
