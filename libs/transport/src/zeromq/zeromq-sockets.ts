import type { Message, Sockets } from '../sockets.js';
import { youngGarbageCollector } from '../young-garbage.js';
import { ZeromqDealer } from './zeromq-dealer.js';
import { ZeromqPublisher } from './zeromq-publisher.js';
import { ZeromqRouter } from './zeromq-router.js';
import { ZeromqSubscriber } from './zeromq-subscriber.js';

export interface ZeromqSocketsOptions {
  /**
   * Collect young garbage by what is received, and the whole heap less often (`false` unless told). It keeps pauses short
   * in a process that passes on what it receives, and concerns the whole process, whose heap may be 64 MB larger.
   */
  readonly tunesGarbageCollection?: boolean;
}

/**
 * ØMQ sockets (ROUTER, DEALER, XPUB, SUB) through zeromq.js, with its one-send-at-a-time put behind bounded queues. They
 * speak to any other ØMQ peer.
 *
 * @see docs/spec/sockets.md
 */
export function zeromqSockets({ tunesGarbageCollection = false }: ZeromqSocketsOptions = {}): Sockets {
  return tunesGarbageCollection ? collecting(plainSockets) : plainSockets;
}

const plainSockets: Sockets = {
  driver: 'zeromq',
  router: (options) => new ZeromqRouter(options),
  dealer: (options) => new ZeromqDealer(options),
  publisher: (options) => new ZeromqPublisher(options),
  subscriber: (options) => new ZeromqSubscriber(options),
};

function collecting(sockets: Sockets): Sockets {
  const count = youngGarbageCollector();
  const counted = (onMessage: (message: Message) => void) => (message: Message) => {
    onMessage(message);
    count(message);
  };
  return {
    ...sockets,
    router: ({ onMessage, ...options }) =>
      sockets.router({
        ...options,
        onMessage: (from, message) => {
          onMessage(from, message);
          count(message);
        },
      }),
    dealer: (options) => sockets.dealer({ ...options, onMessage: counted(options.onMessage) }),
    subscriber: (options) => sockets.subscriber({ ...options, onMessage: counted(options.onMessage) }),
  };
}
