/** What the owner of a connection does with what arrives. Called one at a time, in the order of arrival. */
export interface WsHandlers {
  /** One whole message. Text is UTF-8, checked, as bytes. Copy what you keep: the buffer is a part of a larger one. */
  onMessage(data: Buffer, isBinary: boolean): void;
  /**
   * The next bytes of a message of more than 64 KiB, as they arrive; `isLast` with the last of them. Without this handler
   * such messages come whole, too; with it, those do that come in several frames or compressed. Whether text is UTF-8 is
   * not checked. Should the connection end before the last part, only `onClose` tells.
   */
  onPart?(data: Buffer, isBinary: boolean, isLast: boolean): void;
  /** The connection has ended, for whatever reason; called exactly once. 1006: without a word. */
  onClose?(code: number, reason: string): void;
  /** Everything that waited has been sent, after `send` had returned `false`. */
  onDrain?(): void;
}

/**
 * One WebSocket connection, of a server or a client. What is sent in one turn of the event loop leaves in one write:
 * with many small replies that, and not the messages, is what costs.
 */
export interface WsConnection {
  /** Address of the peer. */
  readonly remoteAddress: string;
  readonly isOpen: boolean;
  /** Outgoing bytes that wait for the peer to read. */
  readonly bufferedBytes: number;
  /**
   * Sends a message: text for a string, binary for bytes, unless `isBinary` says otherwise. `false` when the peer is
   * slow (the message is queued all the same; wait for `onDrain`) or the connection is closing (it is dropped).
   */
  send(data: string | Uint8Array, isBinary?: boolean): boolean;
  /**
   * Sends the next part of a message that becomes known in parts, as one of several frames; text must not be cut within a
   * character. Until the last part nothing else may be sent. As {@link WsConnection.send} otherwise.
   *
   * @param onSent Called when the system has the part, so that its bytes may change; not where the connection ends before.
   */
  sendPart(data: Uint8Array, isBinary: boolean, isLast: boolean, onSent?: () => void): boolean;
  /** Reads no more until `resume`. A lost connection is not noticed meanwhile. */
  pause(): void;
  resume(): void;
  /** Sends what waits, says goodbye and closes (1000 unless told; the reason is at most 123 bytes). */
  close(code?: number, reason?: string): void;
  /** Cuts the connection without a word. */
  terminate(): void;
}

/** WebSocket close codes that we send. */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  refused: 1008,
  internalError: 1011,
  tryAgainLater: 1013,
} as const;
