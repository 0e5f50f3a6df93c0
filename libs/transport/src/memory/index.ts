export { MemoryBroker, type MemoryBrokerOptions } from './memory-broker.js';
export { memorySockets } from './memory-sockets.js';
export type { MemorySocketsOptions } from './socket-hub.js';
