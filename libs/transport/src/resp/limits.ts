const KiB = 1024;
const MiB = 1024 * KiB;

/** What a RESP server holds at most. */
export interface RespLimits {
  /** Clients connected at once; one more is told so and disconnected (10,000). */
  readonly clientsMax: number;
  /** Bytes in one argument: a key, a value, a message (512 MiB, Redis's own maximum). */
  readonly argumentBytesMax: number;
  /** Arguments in one command (1,048,576). */
  readonly argumentsMax: number;
  /** Bytes in an inline command or in a length (64 KiB). */
  readonly inlineBytesMax: number;
  /** Bytes received from one client and not yet executed; who sends more is disconnected (1 GiB). */
  readonly inputBytesMax: number;
  /** Bytes waiting to be sent to one client before its next command is read (1 MiB). */
  readonly replyBytesHigh: number;
  /** Bytes of messages waiting to be sent to one subscriber; who reads slower is disconnected (32 MiB). */
  readonly backlogBytesMax: number;
}

export const defaultRespLimits: RespLimits = {
  clientsMax: 10_000,
  argumentBytesMax: 512 * MiB,
  argumentsMax: 1024 * KiB,
  inlineBytesMax: 64 * KiB,
  inputBytesMax: 1024 * MiB,
  replyBytesHigh: MiB,
  backlogBytesMax: 32 * MiB,
};

/** What a client that has not given the password may send at most: enough to give it. */
export const strangerLimits = { argumentBytesMax: 16 * KiB, argumentsMax: 10 } as const;
