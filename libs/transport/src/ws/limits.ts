/** What one WebSocket connection, and a host of many, accepts. See {@link defaultWsLimits}. */
export interface WsLimits {
  /** Longest incoming message in bytes; a longer one closes the connection with 1009. */
  readonly messageBytesMax: number;
  /** Most open connections of a host; one more is refused with 503. */
  readonly connectionsMax: number;
  /** Outgoing bytes waiting for a slow peer at which its messages are no longer read, until all are sent. */
  readonly bufferedBytesHigh: number;
  /** Outgoing bytes waiting for a slow peer at which the connection is closed with 1013. */
  readonly bufferedBytesMax: number;
  /** A peer that shows no sign of life for one to two of these intervals is disconnected; in milliseconds. */
  readonly pingIntervalMs: number;
  /** Longest time for the peer to answer a close, in milliseconds. */
  readonly closeTimeoutMs: number;
}

export const defaultWsLimits: WsLimits = {
  messageBytesMax: 1024 * 1024,
  connectionsMax: 10_000,
  bufferedBytesHigh: 1024 * 1024,
  bufferedBytesMax: 64 * 1024 * 1024,
  pingIntervalMs: 30_000,
  closeTimeoutMs: 5000,
};

/** An option of ws that its type declarations do not know yet. */
export interface WsCloseTimeout {
  readonly closeTimeout: number;
}
