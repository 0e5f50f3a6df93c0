import type { Counter, Histogram, Metrics } from '@syncytium/kit';
import type { ObjectLosses } from './crew.js';
import { queryNames, type AccessType, type QueryName } from '../fql/query-names.js';

const secondsBuckets = [0.00001, 0.0001, 0.001, 0.01, 0.1, 1, 10];

/** What is looked up when metrics are asked for. */
interface EngineGauges {
  readonly queued: () => number;
  readonly objects: () => number;
  readonly memoryBytes: () => number;
  readonly losses: () => ObjectLosses;
}

/** What an engine counts. */
export class EngineMetrics {
  readonly #queries: ReadonlyMap<QueryName, Counter>;
  readonly #failures: ReadonlyMap<QueryName, Counter>;
  readonly #unreadable: Counter;
  readonly #queueSeconds: Readonly<Record<AccessType, Histogram>>;
  readonly #executorSeconds: Readonly<Record<AccessType, Histogram>>;

  constructor(metrics: Metrics, gauges: EngineGauges) {
    const byQuery = (name: string, help: string): ReadonlyMap<QueryName, Counter> =>
      new Map(queryNames.map((query) => [query, metrics.counter({ name, help, labels: { query } })]));
    const byAccess = (name: string, help: string): Readonly<Record<AccessType, Histogram>> => ({
      read: metrics.histogram({ name, help, labels: { access: 'read' }, buckets: secondsBuckets }),
      write: metrics.histogram({ name, help, labels: { access: 'write' }, buckets: secondsBuckets }),
    });
    this.#queries = byQuery('fusion_queries_total', 'Queries received, by kind.');
    this.#failures = byQuery('fusion_query_failures_total', 'Queries answered with an error, by kind.');
    this.#unreadable = metrics.counter({
      name: 'fusion_unreadable_queries_total',
      help: 'Texts received that name no query.',
    });
    this.#queueSeconds = byAccess('fusion_queue_seconds', 'Time queries waited for their turn.');
    this.#executorSeconds = byAccess('fusion_executor_seconds', 'Time queries took to be carried out.');
    metrics.observedGauge({ name: 'fusion_queue_length', help: 'Queries waiting for their turn.' }, gauges.queued);
    metrics.observedGauge({ name: 'fusion_objects', help: 'Objects of all classes.' }, gauges.objects);
    metrics.observedGauge(
      { name: 'fusion_memory_bytes', help: 'Memory of objects and indexes, unused room included.' },
      gauges.memoryBytes,
    );
    metrics.observedCounter(
      { name: 'fusion_evicted_objects_total', help: 'Objects taken out to make room for others.' },
      () => gauges.losses().evicted,
    );
    metrics.observedCounter(
      { name: 'fusion_expired_objects_total', help: 'Objects taken out because their time was over.' },
      () => gauges.losses().expired,
    );
  }

  /** @param name `undefined` for a text that names no query. */
  received(name: QueryName | undefined): void {
    if (name === undefined) this.#unreadable.inc();
    else this.#queries.get(name)?.inc();
  }

  failed(name: QueryName | undefined): void {
    if (name !== undefined) this.#failures.get(name)?.inc();
  }

  executed(access: AccessType, queueMs: number, executorMs: number): void {
    this.#queueSeconds[access].observe(queueMs / 1000);
    this.#executorSeconds[access].observe(executorMs / 1000);
  }
}
