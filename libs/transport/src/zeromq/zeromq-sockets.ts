import type { Sockets } from '../sockets.js';
import { ZeromqDealer } from './zeromq-dealer.js';
import { ZeromqPublisher } from './zeromq-publisher.js';
import { ZeromqRouter } from './zeromq-router.js';
import { ZeromqSubscriber } from './zeromq-subscriber.js';

/**
 * ØMQ sockets (ROUTER, DEALER, XPUB, SUB) through zeromq.js, with its one-send-at-a-time put behind bounded queues. They
 * speak to any other ØMQ peer.
 *
 * @see docs/spec/sockets.md
 */
export function zeromqSockets(): Sockets {
  return {
    driver: 'zeromq',
    router: (options) => new ZeromqRouter(options),
    dealer: (options) => new ZeromqDealer(options),
    publisher: (options) => new ZeromqPublisher(options),
    subscriber: (options) => new ZeromqSubscriber(options),
  };
}
