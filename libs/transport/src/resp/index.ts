/**
 * A server that speaks the Redis protocol and offers a memory broker to any Redis client.
 *
 * @example
 * ```ts
 * import { MemoryBroker } from '@syncytium/transport/memory';
 * import { RespServer } from '@syncytium/transport/resp';
 *
 * const broker = new MemoryBroker();
 * const server = new RespServer({ broker, listen: { port: 6380 } });
 * await server.start();
 * console.log(server.url); // redis://127.0.0.1:6380
 * ```
 *
 * @packageDocumentation
 */
export { RespServer, type RespServerOptions } from './resp-server.js';
export type { RespLimits } from './limits.js';
export type { WaitDescription, WaitingClient } from './resp-host.js';
export type { ServerFacts } from './server-facts.js';
