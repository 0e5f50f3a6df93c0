import { requirePeer } from '../bench-peers.js';
import { multicastLoad, plainText, type Pace } from '../multicast-load.js';
import type { Nats } from '../nats-client.js';
import { hostProcess } from '../process-host.js';

interface Options extends Pace {
  readonly url: string;
  readonly bytes: number;
  readonly listeners: number;
  /** Sends texts as JSON, and not as the bytes themselves. */
  readonly isJson: boolean;
}

/** Publishes messages. */
hostProcess(async ({ url, isJson, ...load }: Options) => {
  const { connect, JSONCodec } = requirePeer('nats') as Nats;
  const connection = await connect({ servers: url });
  const codec = JSONCodec();
  const plain = plainText(load.bytes);
  const plainBytes = Buffer.from(plain);
  const encode = (text: string): Uint8Array => {
    if (isJson) return codec.encode(text);
    return text === plain ? plainBytes : Buffer.from(text, 'latin1');
  };
  return multicastLoad({
    ...load,
    publish: (text) => connection.publish('load.x', encode(text)),
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
