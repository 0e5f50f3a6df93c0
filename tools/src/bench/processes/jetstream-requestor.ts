import { requirePeer } from '../bench-peers.js';
import { work } from '../jetstream-work.js';
import { measureCalls, type CallsOptions } from '../measure-calls.js';
import type { Nats } from '../nats-client.js';
import { hostProcess } from '../process-host.js';
import type { SmallItem } from '../small-item.js';

/** Puts work into the stream and waits until the server has it and a worker has answered. */
hostProcess(async ({ url, ...calls }: CallsOptions & { readonly url: string }) => {
  const { connect, JSONCodec } = requirePeer('nats') as Nats;
  const connection = await connect({ servers: url });
  const codec = JSONCodec();
  const answered = new Map<number, (answer: SmallItem) => void>();
  connection.subscribe(work.replies, {
    callback: (_error, { data }) => {
      const answer = codec.decode(data) as SmallItem;
      answered.get(answer.n)?.(answer);
      answered.delete(answer.n);
    },
  });
  const stream = connection.jetstream();
  return measureCalls(calls, async (item) => {
    const answer = new Promise<SmallItem>((resolve) => answered.set(item.n, resolve));
    await stream.publish(work.subject, codec.encode(item));
    return answer;
  });
});
