/**
 * A client of a netsync server, over HTTP or over one WebSocket connection for many requests (`ws://HOST:PORT/ws`, for
 * which the package `ws` has to be there). It survives lost connections and restarted servers: what waits is asked again,
 * and never counted twice.
 *
 * @example
 * ```ts
 * import { connectNetsync } from '@syncytium/netsync/client';
 *
 * const client = await connectNetsync('ws://127.0.0.1:8000/ws');
 * const [customer] = await Promise.all([
 *   client.send({ actor: 'CUST', event: 'choc', payload: 'please', timeout: '30s' }),
 *   client.send({ actor: 'VM', event: 'choc', payload: 'here you are' }),
 * ]);
 * console.log(customer.payloads);
 * client.close();
 * ```
 *
 * @packageDocumentation
 */
export { connectNetsync } from './connect-netsync.js';
export type { NetsyncClient, NetsyncClientOptions } from './netsync-client.js';
export type { ReconnectOptions } from './backoff.js';
export type { SendParams, SendResult } from '../netsync.js';
export type { RequestStats, Stats } from '../stats.js';
export {
  IdempotencyReusedError,
  ParamError,
  SearchLimitError,
  ServerError,
  ServerUnreachableError,
  SupersededError,
  SyncTimeoutError,
} from '../errors.js';
