import type { Clock, Prng, WaitTable } from '@syncytium/kit';
import type { SendParams, SendResult } from '../netsync.js';
import type { Stats } from '../stats.js';
import type { ReconnectOptions } from './backoff.js';

export interface NetsyncClientOptions {
  /** Gives up connecting; afterwards it has no meaning. */
  readonly signal?: AbortSignal;
  readonly reconnect?: Partial<ReconnectOptions>;
  /** Most requests under way at once (10,000 unless told). */
  readonly outstandingMax?: number;
  /** How long after its own timeout a request waits for the server to say so, in milliseconds (1,000 unless told). */
  readonly graceMs?: number;
  /**
   * Over HTTP: how often the server is to show that a wait goes on, so that no proxy between takes the connection for
   * idle, in milliseconds (30,000 unless told; 1,000 to 3,600,000). After a silence of three times that the connection
   * counts as lost.
   */
  readonly keepaliveMs?: number;
  readonly clock?: Clock;
  /** Makes idempotency ids that nobody else has, and reconnects of many clients differ in time. */
  readonly prng?: Prng;
}

/**
 * A client of a netsync server. An interrupted request is asked again under an idempotency id of its own, so that it is
 * never counted twice.
 *
 * @see docs/spec/netsync.md
 */
export interface NetsyncClient {
  /** Each request under way is a wait in here. */
  readonly waits: WaitTable;
  /**
   * Resolves when the request syncs. Rejects with the library's errors as the server tells them (`ParamError`,
   * `SyncTimeoutError`, `SearchLimitError`, `LimitError`, ...), with `ServerError` for one that is not known here, with
   * `ServerUnreachableError` when connecting again fails too often, with `TimeoutError` when the server keeps silent
   * beyond the timeout, with `AbortedError` when its signal fires, and with `ClosedError` when the client is closed.
   */
  send(params: SendParams): Promise<SendResult>;
  /** Who waits at the server, by event, actor and request id. Rejects with `ServerUnreachableError` or `ServerError`. */
  stats(signal?: AbortSignal): Promise<Stats>;
  /** Gives everything up. Calling it again does nothing. */
  close(): void;
}
