/**
 * A WebSocket server on a path of an HTTP host or on a port of its own, and a client. Both send what belongs to one turn
 * of the event loop in one write, read no faster than the peer reads, and keep stated limits.
 *
 * @example
 * ```ts
 * import { connectWs, createWsHost } from '@syncytium/transport/ws';
 *
 * const host = createWsHost({
 *   name: 'echo',
 *   listen: { port: 0 },
 *   onConnection: (connection) => ({
 *     onMessage: (data, isBinary) => connection.send(data, isBinary),
 *   }),
 * });
 * await host.start();
 * const connection = await connectWs(host.url, {
 *   onMessage: (data) => console.log(data.toString()), // hello
 * });
 * connection.send('hello');
 * ```
 *
 * @packageDocumentation
 */
export { createWsHost, type WsHost, type WsHostOptions } from './ws-host.js';
export { connectWs, type ConnectWsOptions } from './connect-ws.js';
export { closeCodes, type WsConnection, type WsHandlers } from './ws-connection.js';
export { defaultWsLimits, type WsLimits } from './limits.js';
export { WsRefusedError } from './errors.js';
export type { AllowedHosts, AllowedOrigins } from '../http/index.js';
