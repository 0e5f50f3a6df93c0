import type { Metrics } from '@syncytium/kit';
import type { ServerFacts } from '@syncytium/transport/resp';

/** What is measured of the embedded broker, read when the metrics are. */
export function observeBroker(metrics: Metrics, facts: () => ServerFacts): void {
  const gauge = (name: string, help: string, read: (facts: ServerFacts) => number): void =>
    metrics.observedGauge({ name: `fxp_broker_${name}`, help }, () => read(facts()));
  gauge('clients', 'Connected clients of the embedded broker.', ({ connectedClients }) => connectedClients);
  gauge('blocked_clients', 'Clients and sessions that wait for an item.', ({ blockedClients }) => blockedClients);
  gauge('keys', 'Keys in the embedded broker.', ({ keys }) => keys);
  gauge('memory_bytes', 'Memory of keys and values.', ({ memoryBytes }) => memoryBytes);
  gauge('channels', 'Channels with a subscriber.', ({ channels }) => channels);
  const counter = (name: string, help: string, read: (facts: ServerFacts) => number): void =>
    metrics.observedCounter({ name: `fxp_broker_${name}_total`, help }, () => read(facts()));
  counter('commands', 'Commands executed.', ({ commandsProcessed }) => commandsProcessed);
  counter('connections', 'Connections accepted.', ({ connectionsReceived }) => connectionsReceived);
  counter('rejected_connections', 'Connections refused for want of room.', (each) => each.connectionsRejected);
}
