/**
 * How the four systems reach each other and the world, as interfaces; the drivers are sub-paths, so that importing one
 * brings no other: `/memory`, `/redis`, `/resp`, `/zeromq`, `/http`, `/ws`.
 *
 * @example
 * ```ts
 * import type { Broker } from '@syncytium/transport';
 * import { MemoryBroker } from '@syncytium/transport/memory';
 *
 * const broker: Broker = new MemoryBroker(); // RedisBroker.connect(url) gives one as well
 * await broker.lpush('queue', 'hello');
 * console.log(await broker.llen('queue')); // 1
 * await broker.close();
 * ```
 *
 * @packageDocumentation
 */
export type {
  BlockOptions,
  Broker,
  BrokerCommands,
  BrokerConnection,
  BrokerValue,
  ListEnd,
  Popped,
  SetOptions,
  Subscription,
} from './broker.js';
export type {
  CurveOptions,
  DealerOptions,
  DealerSocket,
  Message,
  PeerId,
  PublisherOptions,
  PublisherSocket,
  RouterOptions,
  RouterSocket,
  SocketOptions,
  Sockets,
  SubscriberOptions,
  SubscriberSocket,
} from './sockets.js';
export { AddressError, BrokerError, HandshakeError, type AddressErrorCode, type BrokerErrorCode } from './errors.js';
export { youngGarbageCollector } from './young-garbage.js';
