export interface BackoffDelays {
  /** Milliseconds before the second attempt. */
  readonly delayMsMin: number;
  /** Longest time between two attempts, in milliseconds. */
  readonly delayMsMax: number;
}

/** Milliseconds to wait after so many failures in a row, from 1 up: twice as long after each. */
export function backoffMs(failures: number, { delayMsMin, delayMsMax }: BackoffDelays): number {
  return Math.min(delayMsMin * 2 ** (failures - 1), delayMsMax);
}
