import type { Counter, Metrics } from '@syncytium/kit';
import type { TransmitterCounts, TransmitterState } from './transmitter-state.js';

const helpOf: Readonly<Record<keyof TransmitterCounts, string>> = {
  events: 'events accepted',
  repeats: 'events dropped because they had been accepted before',
  tasks: 'tasks: anycatch events times services that catch them',
  attempts: 'tasks given to a cell',
  done: 'tasks that succeeded',
  failed: 'attempts that failed',
  dead: 'tasks given up: dead letters',
  refused: 'commands refused with ERRR',
  lost: 'cells lost without a goodbye',
  missed: 'entries of other transmitters that nobody had any more',
  takeovers: 'events of lost or leaving transmitters that this one took over',
};

/** Shows a transmitter's numbers as metrics: the core only counts. */
export class TransmitterMetrics {
  readonly #counts: TransmitterCounts;
  readonly #counters: readonly (readonly [name: keyof TransmitterCounts, counter: Counter])[];
  readonly #shown: TransmitterCounts;

  constructor(state: TransmitterState, metrics: Metrics) {
    this.#counts = state.counts;
    this.#shown = { ...state.counts };
    this.#counters = (Object.keys(helpOf) as (keyof TransmitterCounts)[]).map((name) => [
      name,
      metrics.counter({ name: `thynapse_${name}_total`, help: helpOf[name] }),
    ]);
    metrics.observedGauge({ name: 'thynapse_cells', help: 'cells connected' }, () => state.cells.size);
    metrics.observedGauge(
      { name: 'thynapse_services', help: 'services with cells or tasks' },
      () => [...state.services.values()].filter(({ solo }) => !solo).length,
    );
    metrics.observedGauge({ name: 'thynapse_patterns', help: 'patterns caught' }, () => state.index.size);
    metrics.observedGauge({ name: 'thynapse_open_tasks', help: 'tasks waiting or in flight' }, () => state.taskCount);
    metrics.observedGauge({ name: 'thynapse_transmitters', help: 'other transmitters within reach' }, () => {
      let count = 0;
      for (const { isReachable } of state.network.members.values()) if (isReachable) count++;
      return count;
    });
  }

  /** Brings the counters up to what was counted since the last time. */
  update(): void {
    for (const [name, counter] of this.#counters) {
      const more = this.#counts[name] - this.#shown[name];
      if (more === 0) continue;
      counter.inc(more);
      this.#shown[name] = this.#counts[name];
    }
  }
}
