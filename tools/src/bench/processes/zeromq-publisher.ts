import { requirePeer } from '../bench-peers.js';
import { multicastLoad, plainText } from '../multicast-load.js';
import { hostProcess } from '../process-host.js';
import { oneAtATime, type Zeromq, type ZeromqAddresses } from '../zeromq-sockets.js';

interface Options extends ZeromqAddresses {
  readonly bytes: number;
  readonly listeners: number;
}

/** A bare PUB: one message per event, from one process to the other without any server. */
hostProcess(async ({ pub, reports, bytes, listeners }: Options) => {
  const { Pull, XPublisher } = requirePeer('zeromq') as Zeromq;
  // Without it, only the first of several equal subscriptions is told.
  const publisher = new XPublisher({ sendHighWaterMark: 0, verbosity: 'allSubs' });
  const pull = new Pull();
  await publisher.bind(pub);
  await pull.bind(reports);
  const data = Buffer.from(plainText(bytes));
  return multicastLoad({
    bytes,
    listeners,
    publish: oneAtATime(() => publisher.send(['load', data])),
    onReport: async (report) => {
      for (let subscribed = 0; subscribed < listeners; subscribed++) await publisher.receive();
      void (async () => {
        for (;;) {
          const [told] = await pull.receive();
          const { index, heard } = JSON.parse(String(told)) as { readonly index: number; readonly heard: number };
          report(index, heard);
        }
      })();
    },
  });
});
