import { requirePeer } from '../bench-peers.js';
import { MulticastListener } from '../multicast-listener.js';
import { hostProcess } from '../process-host.js';
import { oneAtATime, type Zeromq, type ZeromqAddresses } from '../zeromq-sockets.js';

interface Options extends ZeromqAddresses {
  readonly index: number;
  readonly bytes: number;
}

/** A bare SUB: listens, and reports how many messages it has heard. */
hostProcess(({ pub, reports, index, bytes }: Options) => {
  const { Push, Subscriber } = requirePeer('zeromq') as Zeromq;
  const subscriber = new Subscriber({ receiveHighWaterMark: 0 });
  const push = new Push();
  push.connect(reports);
  let heard = 0;
  const report = oneAtATime(() => push.send([JSON.stringify({ index, heard })]));
  const listener = new MulticastListener(bytes, (count) => {
    heard = count;
    report();
  });
  subscriber.subscribe('load');
  subscriber.connect(pub);
  void (async () => {
    for (;;) {
      const [, data] = await subscriber.receive();
      if (data) listener.hear(data);
    }
  })();
  return Promise.resolve(listener.measure);
});
