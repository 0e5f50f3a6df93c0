import type { Duration } from '@syncytium/kit';

export interface WaitOptions {
  /** Longest wait; 30 s unless told. */
  readonly timeout?: Duration;
  /** Gives the wait up. What was sent already stays sent. */
  readonly signal?: AbortSignal;
}

/** Longest wait where nobody tells another. */
export const timeoutDefault: Duration = 30_000;
