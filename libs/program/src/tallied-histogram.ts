import { assert } from '@syncytium/kit';
import * as prometheus from 'prom-client';

/** A line of a histogram as prom-client renders it. */
interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What was observed under one set of labels. */
export class Tally {
  readonly labels: Readonly<Record<string, string>>;
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(labels: Readonly<Record<string, string>>, bounds: readonly number[]) {
    this.labels = labels;
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    assert(Number.isFinite(value), 'only a number can be observed');
    const bounds = this.#bounds;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] as number)) at++;
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.#sum += value;
  }

  /** Every bucket counts those below it, too. */
  lines(name: string): readonly Line[] {
    const sharedLabels = this.labels;
    let count = 0;
    const buckets = this.#counts.map((more, i) => {
      count += more;
      return { metricName: `${name}_bucket`, labels: { le: this.#bounds[i] ?? '+Inf' }, sharedLabels, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, sharedLabels, value: this.#sum },
      { metricName: `${name}_count`, labels: {}, sharedLabels, value: count },
    ];
  }
}

/**
 * A histogram that counts by itself and is prom-client's only where it is scraped: that of prom-client compares and hashes
 * labels at each observation, which takes longer than much of what is observed.
 */
export class TalliedHistogram extends prometheus.Histogram {
  readonly #name: string;
  readonly #bounds: readonly number[];
  readonly #tallies = new Map<string, Tally>();

  constructor(config: prometheus.HistogramConfiguration<string> & { readonly buckets: number[] }) {
    super(config);
    this.#name = config.name;
    this.#bounds = config.buckets;
  }

  /** What counts under a set of labels, the same each time. */
  tally(labels: Readonly<Record<string, string>>): Tally {
    const key = JSON.stringify(labels);
    const known = this.#tallies.get(key);
    if (known) return known;
    const tally = new Tally(labels, this.#bounds);
    this.#tallies.set(key, tally);
    return tally;
  }

  /** Whence prom-client takes all lines; its declarations do not know it. */
  getForPromString(): Promise<object> {
    const values = Array.from(this.#tallies.values(), (tally) => tally.lines(this.#name)).flat();
    const { name, help, type, aggregator } = this as unknown as Readonly<Record<string, string>>;
    return Promise.resolve({ name, help, type, aggregator, values });
  }
}
