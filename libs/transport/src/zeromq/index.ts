/**
 * Message sockets over ØMQ. Needs the package `zeromq`.
 *
 * @example
 * ```ts
 * import { zeromqSockets } from '@syncytium/transport/zeromq';
 *
 * const sockets = zeromqSockets();
 * const router = sockets.router({ onMessage: (from, message) => router.send(from, message) });
 * const address = await router.bind('tcp://127.0.0.1:0');
 * const dealer = sockets.dealer({ onMessage: async ([frame]) => {
 *   console.log(Buffer.from(frame).toString()); // hello
 *   await dealer.close();
 *   await router.close();
 * } });
 * dealer.connect(address);
 * dealer.send([Buffer.from('hello')]);
 * ```
 *
 * @packageDocumentation
 */
export { zeromqSockets, type ZeromqSocketsOptions } from './zeromq-sockets.js';
export { newCurveKeys } from './curve.js';
export { isCurveKey } from './z85.js';
