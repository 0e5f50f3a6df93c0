/**
 * Whether to look for queries or to sleep until one comes: looking goes on for a window of time after the last query,
 * and every query opens the window anew. Looking keeps a processor busy, sleeping makes the next query wait for the
 * waking.
 *
 * @see docs/spec/fusion.md
 */
export class PollWindow {
  readonly #windowMs: number;
  #openUntil = -Infinity;

  /** @param windowMs Length of the window in milliseconds; 0 sleeps whenever there is nothing to do. */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** A query came. */
  extend(now: number): void {
    this.#openUntil = now + this.#windowMs;
  }

  isOpen(now: number): boolean {
    return now < this.#openUntil;
  }
}
