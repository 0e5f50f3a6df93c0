/**
 * Netsync: requests for the same event wait for each other and are answered together, filtered by Kubernetes label
 * selectors. An n-way rendezvous as a library, without sockets.
 *
 * @example
 * ```ts
 * import { Netsync } from '@syncytium/netsync';
 *
 * const netsync = new Netsync();
 * const [customer, machine] = await Promise.all([
 *   netsync.send({ actor: 'CUST', event: 'choc', payload: 'please' }),
 *   netsync.send({ actor: 'VM', event: 'choc', payload: 'here you are' }),
 * ]);
 * console.log(customer.payloads === machine.payloads, { ...customer.payloads }); // both told the same
 * netsync.close();
 * ```
 *
 * @packageDocumentation
 */
export { Netsync, type NetsyncOptions, type SendParams, type SendResult } from './netsync.js';
export type { CheckedParams, SyncParams } from './params.js';
export { defaultNetsyncLimits, type NetsyncLimits } from './limits.js';
export {
  IdempotencyReusedError,
  ParamError,
  SearchLimitError,
  ServerError,
  ServerUnreachableError,
  SupersededError,
  SyncTimeoutError,
  type ParamErrorCode,
  type SyncTimeoutFacts,
} from './errors.js';
export type { PendingRequest, SyncListener } from './pending.js';
export type { Sync } from './sync.js';
export {
  messageIdLengthMax,
  type CancelledMessage,
  type CancelMessage,
  type ClientMessage,
  type ErrorMessage,
  type MessageId,
  type RequestMessage,
  type ServerMessage,
  type SyncMessage,
} from './messages.js';
export type { RequestStats, Stats } from './stats.js';
export { Matcher, type Decision, type MatcherOptions } from './matcher.js';
export type { SearchLimits } from './search-limits.js';
export type { MatchRequest } from './kind.js';
export { IdempotencyTable, type IdempotencyTableOptions, type Recall } from './idempotency-table.js';
export { Profile } from './profile.js';
export { GraphLog, type GraphLogOptions } from './graph-log.js';
export { jsonLogLines } from './json-log.js';
export type { LeaveReason, RequestFacts, TraceEntry } from './trace.js';
