import type { Counter, Gauge, Histogram, HistogramSpec, Metrics, MetricSpec } from '@syncytium/kit';
import * as prometheus from 'prom-client';

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

/** Metrics kept by prom-client in a registry of their own. */
export function createMetrics({ process = false }: MetricsOptions = {}): MetricsRegistry {
  const register = new prometheus.Registry();
  if (process) prometheus.collectDefaultMetrics({ register });
  const known = new Map<string, unknown>();

  /** prom-client refuses a second metric of one name; samples of different labels share the metric. */
  function shared<M>(
    spec: MetricSpec,
    make: (config: { name: string; help: string; labelNames: string[]; registers: prometheus.Registry[] }) => M,
  ): M {
    const metric =
      (known.get(spec.name) as M | undefined) ??
      make({ name: spec.name, help: spec.help, labelNames: Object.keys(spec.labels ?? {}), registers: [register] });
    known.set(spec.name, metric);
    return metric;
  }

  return {
    contentType: register.contentType,
    render: () => register.metrics(),
    counter(spec): Counter {
      const child = shared(spec, (config) => new prometheus.Counter(config)).labels({ ...spec.labels });
      return { inc: (value = 1) => child.inc(value) };
    },
    gauge(spec): Gauge {
      const child = shared(spec, (config) => new prometheus.Gauge(config)).labels({ ...spec.labels });
      return { set: (value) => child.set(value) };
    },
    observedGauge(spec, read) {
      const reads: (() => void)[] = [];
      const gauge = shared(spec, (config) => {
        const made = new prometheus.Gauge({ ...config, collect: () => reads.forEach((observe) => observe()) });
        return Object.assign(made, { reads });
      });
      gauge.reads.push(() => gauge.set({ ...spec.labels }, read()));
    },
    histogram(spec: HistogramSpec): Histogram {
      const child = shared(
        spec,
        (config) => new prometheus.Histogram({ ...config, buckets: [...spec.buckets] }),
      ).labels({
        ...spec.labels,
      });
      return { observe: (value) => child.observe(value) };
    },
  };
}
