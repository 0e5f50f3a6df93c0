import type { Metrics } from '@syncytium/kit';
import type { ServerFacts } from '@syncytium/transport/resp';

/** What is measured of the embedded broker, read when the metrics are. */
export function observeBroker(metrics: Metrics, facts: () => ServerFacts): void {
  const observe = (name: string, help: string, read: (facts: ServerFacts) => number): void =>
    metrics.observedGauge({ name: `fxp_broker_${name}`, help }, () => read(facts()));
  observe('clients', 'Connected clients of the embedded broker', ({ connectedClients }) => connectedClients);
  observe('blocked_clients', 'Clients and sessions that wait for an item', ({ blockedClients }) => blockedClients);
  observe('keys', 'Keys in the embedded broker', ({ keys }) => keys);
  observe('memory_bytes', 'Memory of keys and values', ({ memoryBytes }) => memoryBytes);
  observe('channels', 'Channels with a subscriber', ({ channels }) => channels);
  observe('commands', 'Commands executed since the start', ({ commandsProcessed }) => commandsProcessed);
  observe('connections', 'Connections accepted since the start', ({ connectionsReceived }) => connectionsReceived);
  observe('rejected_connections', 'Connections refused for want of room', (each) => each.connectionsRejected);
}
