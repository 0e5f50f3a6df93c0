/** What one HTTP host accepts. Every field has a default; see {@link defaultHttpLimits}. */
export interface HttpLimits {
  /** Longest request body in bytes; a longer one is answered 413. */
  readonly bodyBytesMax: number;
  /** Longest request line and headers together, in bytes; longer ones are answered 431. */
  readonly headerBytesMax: number;
  /** Most open connections; one more is closed at once. */
  readonly connectionsMax: number;
  /** Most unanswered requests on one connection (HTTP pipelining); one more ends the connection. */
  readonly pipelinedMax: number;
  /** Longest time for the request line and headers to arrive, in milliseconds; then 408. As long may a TLS handshake take. */
  readonly headersTimeoutMs: number;
  /** Longest time for a whole request to arrive, in milliseconds; then 408. The time until the answer has no limit. */
  readonly requestTimeoutMs: number;
  /** How long a connection without a request stays open, in milliseconds. */
  readonly keepAliveTimeoutMs: number;
}

export const defaultHttpLimits: HttpLimits = {
  bodyBytesMax: 1024 * 1024,
  headerBytesMax: 16 * 1024,
  connectionsMax: 10_000,
  pipelinedMax: 100,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  // Longer than the 60 s that proxies keep a connection, so that it is the proxy who closes an idle one.
  keepAliveTimeoutMs: 72_000,
};
