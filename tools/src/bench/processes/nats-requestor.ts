import { requirePeer } from '../bench-peers.js';
import { measureCalls, type CallsOptions } from '../measure-calls.js';
import type { Nats } from '../nats-client.js';
import { hostProcess } from '../process-host.js';

/** Requests that await their replies. */
hostProcess(async ({ url, ...calls }: CallsOptions & { readonly url: string }) => {
  const { connect, JSONCodec } = requirePeer('nats') as Nats;
  const connection = await connect({ servers: url });
  const codec = JSONCodec();
  return measureCalls(calls, async (item) => {
    const { data } = await connection.request('echo', codec.encode(item), { timeout: 10_000 });
    return codec.decode(data);
  });
});
