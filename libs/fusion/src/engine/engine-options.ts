import type { Clock, Log, Metrics, Prng, WaitTable } from '@syncytium/kit';
import type { ServerInfo } from './server-facts.js';
import type { ThreadOptions } from './threads/thread-crew.js';

/** What becomes of a write for which there is no memory. */
export type WhenFull = 'refuse' | 'evict-lru';

export interface EngineOptions {
  readonly clock: Clock;
  readonly prng: Prng;
  /** Where queries that wait for their turn are listed. */
  readonly waits: WaitTable;
  /** What SERVER_INFO answers; without it, that the engine is part of another program. */
  readonly serverInfo?: () => ServerInfo;
  readonly log?: Log;
  readonly metrics?: Metrics;
  /** The threads that carry out queries; on the engine's own unless told. They have the system's clock. */
  readonly threads?: ThreadOptions;
  /** Most queries that wait for their turn (65,536 unless told). */
  readonly queueMax?: number;
  /** Most bytes of queries that wait for their turn (2 GiB unless told); a single query may be longer. */
  readonly queueBytesMax?: number;
  /** How long to look for queries before sleeping, in milliseconds (0, sleep at once, unless told). */
  readonly pollWindowMs?: number;
  /** Longest time to carry out queries before the interfaces get a turn, in milliseconds (5 unless told). */
  readonly turnMsMax?: number;
  /** Longest response, in bytes. */
  readonly responseBytesMax?: number;
  /** Most bytes of memory that objects and indexes may take; as many as there are unless told. */
  readonly memoryBytesMax?: number;
  /**
   * What becomes of a write for which there is no memory (it is refused unless told). With `evict-lru`, objects of the
   * classes that it adds to are taken out instead, those that were used least recently.
   */
  readonly whenFull?: WhenFull;
  /** Runs something soon, after what the event loop has at hand (`setImmediate` unless told). */
  readonly defer?: (run: () => void) => void;
}
