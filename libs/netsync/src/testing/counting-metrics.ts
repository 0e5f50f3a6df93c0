import type { Metrics } from '@syncytium/kit';

/** Metrics that can be read: counters as `name{reason}`, histograms as their sums and `name count`. */
export class CountingMetrics implements Metrics {
  readonly #values = new Map<string, number>();
  readonly #gauges = new Map<string, () => number>();

  /** 0 for what was never counted. */
  of(name: string): number {
    return this.#gauges.get(name)?.() ?? this.#values.get(name) ?? 0;
  }

  /** The sum over all labels. */
  sumOf(name: string): number {
    let sum = 0;
    for (const [key, value] of this.#values) if (key === name || key.startsWith(`${name}{`)) sum += value;
    return sum;
  }

  readonly counter: Metrics['counter'] = ({ name, labels }) => {
    const [value] = Object.values(labels ?? {});
    return { inc: (by = 1) => this.#add(value === undefined ? name : `${name}{${value}}`, by) };
  };

  readonly observedCounter: Metrics['observedCounter'] = ({ name }, read) => void this.#gauges.set(name, read);

  readonly gauge: Metrics['gauge'] = ({ name }) => ({ set: (value) => void this.#values.set(name, value) });

  readonly observedGauge: Metrics['observedGauge'] = ({ name }, read) => void this.#gauges.set(name, read);

  readonly histogram: Metrics['histogram'] = ({ name }) => ({
    observe: (value) => {
      this.#add(name, value);
      this.#add(`${name} count`, 1);
    },
  });

  #add(key: string, by: number): void {
    this.#values.set(key, (this.#values.get(key) ?? 0) + by);
  }
}
