import { requirePeer } from '../bench-peers.js';
import type { Nats } from '../nats-client.js';
import { hostProcess } from '../process-host.js';

/** Connections that share the requests, and answer each with its JSON object. */
hostProcess(async ({ url, cells = 1 }: { readonly url: string; readonly cells?: number }) => {
  const { connect, JSONCodec } = requirePeer('nats') as Nats;
  const codec = JSONCodec();
  for (let i = 0; i < cells; i++) {
    const connection = await connect({ servers: url });
    connection.subscribe('echo', {
      queue: 'workers',
      callback: (_error, message) => void message.respond(codec.encode(codec.decode(message.data))),
    });
    await connection.flush();
  }
  return undefined;
});
