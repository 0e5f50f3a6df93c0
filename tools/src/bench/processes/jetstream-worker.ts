import { requirePeer } from '../bench-peers.js';
import { work } from '../jetstream-work.js';
import type { Nats } from '../nats-client.js';
import { hostProcess } from '../process-host.js';

interface Options {
  readonly url: string;
  readonly cells: number;
  readonly capacity: number;
}

/** Workers, each with a connection of its own, that answer every message with its JSON object and acknowledge it. */
hostProcess(async ({ url, cells, capacity }: Options) => {
  const { connect, JSONCodec } = requirePeer('nats') as Nats;
  const codec = JSONCodec();
  for (let i = 0; i < cells; i++) {
    const connection = await connect({ servers: url });
    const consumer = await connection.jetstream().consumers.get(work.stream, work.consumer);
    await consumer.consume({
      max_messages: capacity,
      callback: (message) => {
        connection.publish(work.replies, codec.encode(codec.decode(message.data)));
        message.ack();
      },
    });
  }
  return undefined;
});
