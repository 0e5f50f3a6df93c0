import { requirePeer } from '../bench-peers.js';
import { multicastLoad } from '../multicast-load.js';
import type { Nats } from '../nats-client.js';
import { hostProcess } from '../process-host.js';

interface Options {
  readonly url: string;
  readonly bytes: number;
  readonly listeners: number;
}

/** Publishes bytes. */
hostProcess(async ({ url, bytes, listeners }: Options) => {
  const { connect, JSONCodec } = requirePeer('nats') as Nats;
  const connection = await connect({ servers: url });
  const codec = JSONCodec();
  const data = Buffer.alloc(bytes, 'x');
  return multicastLoad({
    bytes,
    listeners,
    publish: () => connection.publish('load.x', data),
    onReport: async (report) => {
      connection.subscribe('report.x', {
        callback: (_error, message) => {
          const { index, heard } = codec.decode(message.data) as { readonly index: number; readonly heard: number };
          report(index, heard);
        },
      });
      await connection.flush();
    },
  });
});
