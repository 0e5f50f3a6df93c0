import { requirePeer } from '../bench-peers.js';
import { MulticastListener } from '../multicast-listener.js';
import type { Nats } from '../nats-client.js';
import { hostProcess } from '../process-host.js';

interface Options {
  readonly url: string;
  readonly index: number;
  readonly bytes: number;
  readonly isStamped: boolean;
  /** Messages are JSON, and not the bytes themselves. */
  readonly isJson: boolean;
}

/** Listens, reads the data, and reports how many messages it has heard. */
hostProcess(async ({ url, index, bytes, isStamped, isJson }: Options) => {
  const { connect, JSONCodec } = requirePeer('nats') as Nats;
  const connection = await connect({ servers: url });
  const codec = JSONCodec();
  const report = (heard: number): void => connection.publish('report.x', codec.encode({ index, heard }));
  const listener = new MulticastListener(bytes, report);
  connection.subscribe('load.x', {
    callback: (_error, { data }) => {
      if (isStamped) listener.hearStamped(Buffer.from(data.buffer, data.byteOffset, data.length).toString('latin1'));
      else listener.hear(isJson ? (codec.decode(data) as string) : data);
    },
  });
  await connection.flush();
  return listener.measure;
});
