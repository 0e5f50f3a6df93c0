/** A timer that can be taken back. Cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time as an input, so that everything that waits can be driven by a simulated clock. */
export interface Clock {
  /** Monotonic milliseconds with fractions; only differences mean anything. */
  now(): number;
  /** Wall-clock milliseconds since 1970-01-01 UTC, for showing to people. */
  wallNow(): number;
  /** Calls `fire` once after `delayMs` milliseconds (0 or more, at most 2^31 - 1). */
  setTimer(delayMs: number, fire: () => void): Timer;
}

/** Longest delay a timer of Node takes; a longer one would fire at once. */
export const timerDelayMsMax = 2 ** 31 - 1;

/** The machine's clock. Its timers keep the process alive until they fire or are cancelled. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  setTimer(delayMs, fire) {
    const handle = setTimeout(fire, Math.min(Math.max(delayMs, 0), timerDelayMsMax));
    return { cancel: () => clearTimeout(handle) };
  },
};
