/** Tells any number of listeners when a signal fires, with one listener of the signal's own: those are few by design. */
export class LossWatch {
  readonly #signal: AbortSignal;
  readonly #listeners = new Set<(reason: unknown) => void>();
  readonly #onAbort = (): void => {
    for (const listener of [...this.#listeners]) listener(this.#signal.reason);
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The listener is told at once when the signal has fired before. */
  add(listener: (reason: unknown) => void): void {
    this.#listeners.add(listener);
    if (this.#signal.aborted) listener(this.#signal.reason);
  }

  remove(listener: (reason: unknown) => void): void {
    this.#listeners.delete(listener);
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}
