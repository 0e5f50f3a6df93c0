import type { Counter, Metrics } from '@syncytium/kit';
import type { MulticastHub } from './multicast-hub.js';
import type { Unpublished } from './unpublished.js';
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

/** A number that only grows, and how much of it has been counted. */
interface Shown {
  readonly read: () => number;
  readonly counter: Counter;
  shown: number;
}

/** Shows a transmitter's numbers as metrics: the core only counts. */
export class TransmitterMetrics {
  readonly #shown: readonly Shown[];

  constructor(state: TransmitterState, listeners: MulticastHub, unpublished: Unpublished, metrics: Metrics) {
    const shown = (name: string, help: string, read: () => number): Shown => ({
      read,
      counter: metrics.counter({ name: `thynapse_${name}_total`, help }),
      shown: 0,
    });
    const names = Object.keys(helpOf) as (keyof TransmitterCounts)[];
    this.#shown = [
      ...names.map((name) => shown(name, helpOf[name], () => state.counts[name])),
      shown(
        'dropped',
        'events that cells were told they lost, since they did not keep up or came back too late',
        () => listeners.dropped,
      ),
      shown('unpublished', 'messages that the event socket had no room for', () => unpublished.dropped),
    ];
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
    for (const one of this.#shown) {
      const now = one.read();
      if (now === one.shown) continue;
      one.counter.inc(now - one.shown);
      one.shown = now;
    }
  }
}
