import { requirePeer } from '../bench-peers.js';
import { reportEvery } from '../multicast-load.js';
import type { Nats } from '../nats-client.js';
import { hostProcess } from '../process-host.js';

/** Listens, and reports how many messages it has heard. */
hostProcess(async ({ url, index }: { readonly url: string; readonly index: number }) => {
  const { connect, JSONCodec } = requirePeer('nats') as Nats;
  const connection = await connect({ servers: url });
  const codec = JSONCodec();
  let heard = 0;
  connection.subscribe('load.x', {
    callback: () => {
      if (++heard % reportEvery === 0) connection.publish('report.x', codec.encode({ index, heard }));
    },
  });
  await connection.flush();
  return undefined;
});
