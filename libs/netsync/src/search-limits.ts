/**
 * Most work of one arrival to find a group of three or more; pairs need none of it. An arrival for which it does not
 * suffice is refused, so that no answer is ever wrong and nobody else has to wait for it.
 */
export interface SearchLimits {
  /**
   * To take waiters in turn, in steps of some nanoseconds (2^23 unless told, tens of milliseconds). It is quick or of no use: where
   * it does not suffice the exact search goes on. 0 leaves everything to that one.
   */
  readonly turnWorkMax: number;
  /** To compare those who could be in a group, over all sizes that are tried, in steps of some nanoseconds (2^25, some 100 ms). */
  readonly compareWorkMax: number;
  /**
   * To go back and try again where the first attempt at a group fails, in 32-bit words touched (4 million unless told,
   * some 20 ms).
   */
  readonly searchWordsMax: number;
}
