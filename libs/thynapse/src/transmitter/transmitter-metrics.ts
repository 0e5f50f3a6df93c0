import type { Metrics } from '@syncytium/kit';
import type { EventPublisher } from './event-publisher.js';
import type { MulticastHub } from './multicast-hub.js';
import type { TransmitterCounts, TransmitterState } from './transmitter-state.js';

const helpOf: Readonly<Record<keyof TransmitterCounts, string>> = {
  events: 'Events accepted.',
  repeats: 'Events dropped because they had been accepted before.',
  tasks: 'Tasks: anycatch events times services that catch them.',
  attempts: 'Tasks given to a cell.',
  done: 'Tasks that succeeded.',
  failed: 'Attempts that failed.',
  dead: 'Tasks given up: dead letters.',
  refused: 'Commands refused with ERRR.',
  lost: 'Cells lost without a goodbye.',
  missed: 'Entries of other transmitters that nobody had any more.',
  takeovers: 'Events of lost or leaving transmitters that this one took over.',
};

/** Shows a transmitter's numbers as metrics: the core only counts. */
export function observeTransmitter(
  metrics: Metrics,
  state: TransmitterState,
  listeners: MulticastHub,
  publisher: EventPublisher,
): void {
  const counter = (name: string, help: string, read: () => number): void =>
    metrics.observedCounter({ name: `thynapse_${name}_total`, help }, read);
  for (const name of Object.keys(helpOf) as (keyof TransmitterCounts)[])
    counter(name, helpOf[name], () => state.counts[name]);
  counter(
    'dropped',
    'Events that cells were told they lost, since they did not keep up or came back too late.',
    () => listeners.dropped,
  );
  counter('unpublished', 'Messages that the event socket had no room for.', () => publisher.dropped);
  metrics.observedGauge({ name: 'thynapse_cells', help: 'Cells connected.' }, () => state.cells.size);
  metrics.observedGauge(
    { name: 'thynapse_services', help: 'Services with cells or tasks.' },
    () => [...state.services.values()].filter(({ solo }) => !solo).length,
  );
  metrics.observedGauge({ name: 'thynapse_patterns', help: 'Patterns caught.' }, () => state.index.size);
  metrics.observedGauge({ name: 'thynapse_open_tasks', help: 'Tasks waiting or in flight.' }, () => state.taskCount);
  metrics.observedGauge({ name: 'thynapse_transmitters', help: 'Other transmitters within reach.' }, () => {
    let count = 0;
    for (const { isReachable } of state.network.members.values()) if (isReachable) count++;
    return count;
  });
}
