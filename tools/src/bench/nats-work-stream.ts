import { requirePeer } from './bench-peers.js';
import type { work } from './jetstream-work.js';
import type { Nats } from './nats-client.js';

/** A stream in memory whose messages go once each to whoever asks for work, and have to be acknowledged. */
export async function createWorkStream(
  url: string,
  { stream, consumer, subject }: typeof work,
  ackPendingMax: number,
): Promise<void> {
  const { connect } = requirePeer('nats') as Nats;
  const connection = await connect({ servers: url });
  const manager = await connection.jetstreamManager();
  await manager.streams.add({ name: stream, subjects: [subject], retention: 'workqueue', storage: 'memory' });
  await manager.consumers.add(stream, {
    durable_name: consumer,
    ack_policy: 'explicit',
    max_ack_pending: 4 * ackPendingMax,
  });
  await connection.close();
}
