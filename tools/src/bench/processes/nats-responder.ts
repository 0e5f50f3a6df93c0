import { requirePeer } from '../bench-peers.js';
import type { Nats } from '../nats-client.js';
import { hostProcess } from '../process-host.js';

/** Answers every request with its JSON object. */
hostProcess(async ({ url }: { readonly url: string }) => {
  const { connect, JSONCodec } = requirePeer('nats') as Nats;
  const connection = await connect({ servers: url });
  const codec = JSONCodec();
  connection.subscribe('echo', {
    callback: (_error, message) => void message.respond(codec.encode(codec.decode(message.data))),
  });
  await connection.flush();
  return undefined;
});
