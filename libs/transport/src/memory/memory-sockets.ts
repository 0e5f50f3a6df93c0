import type { Sockets } from '../sockets.js';
import { MemoryDealer } from './dealer-socket.js';
import { MemoryPublisher } from './publisher-socket.js';
import { MemoryRouter } from './router-socket.js';
import { SocketHub, type MemorySocketsOptions } from './socket-hub.js';
import { MemorySubscriber } from './subscriber-socket.js';

/**
 * Sockets within one process. Those of one call reach each other and nobody else; addresses are any text. Everything
 * happens in the order in which it was asked for, so that with a `schedule` of its own a test is exact.
 *
 * @see docs/spec/sockets.md
 */
export function memorySockets(options: MemorySocketsOptions = {}): Sockets {
  const hub = new SocketHub(options);
  return {
    driver: 'memory',
    router: (socketOptions) => new MemoryRouter(hub, socketOptions),
    dealer: (socketOptions) => new MemoryDealer(hub, socketOptions),
    publisher: (socketOptions) => new MemoryPublisher(hub, socketOptions),
    subscriber: (socketOptions) => new MemorySubscriber(hub, socketOptions),
  };
}
