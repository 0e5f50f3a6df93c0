import { backoffMs, InvalidArgumentError, type Prng } from '@syncytium/kit';

/** How often and how fast a client connects again. */
export interface ReconnectOptions {
  /** Wait before the second attempt, in milliseconds; each further one takes twice as long. */
  readonly firstDelayMs: number;
  /** Longest wait between attempts, in milliseconds. A connection that lasted longer than this counts as a success. */
  readonly delayMaxMs: number;
  /** Most failures in a row; then all requests under way fail. */
  readonly attemptsMax: number;
}

const defaults: ReconnectOptions = { firstDelayMs: 50, delayMaxMs: 5000, attemptsMax: 20 };

/** How long to wait before the next attempt, and when to give up. */
export class Backoff {
  readonly #options: ReconnectOptions;
  readonly #prng: Prng;
  #failures = 0;

  /** Throws `InvalidArgumentError` for what is no number of at least 1. */
  constructor(options: Partial<ReconnectOptions> = {}, prng: Prng) {
    this.#options = { ...defaults, ...options };
    this.#prng = prng;
    for (const [name, value] of Object.entries(this.#options))
      if (!(value >= 1)) throw new InvalidArgumentError(`reconnect.${name}`, `must be at least 1, got ${value}`);
  }

  /** An attempt has failed, or a connection was lost that had lasted for some time. */
  failed(lastedMs = 0): void {
    if (lastedMs > this.#options.delayMaxMs) this.succeeded();
    this.#failures++;
  }

  /** The server has answered. */
  succeeded(): void {
    this.#failures = 0;
  }

  get isExhausted(): boolean {
    return this.#failures >= this.#options.attemptsMax;
  }

  /** Milliseconds to the next attempt: from half to all of the time, so that clients do not come all at once. */
  get delayMs(): number {
    const { firstDelayMs, delayMaxMs } = this.#options;
    const delays = { delayMsMin: firstDelayMs, delayMsMax: delayMaxMs };
    return backoffMs(this.#failures, delays) * (0.5 + this.#prng.float() / 2);
  }
}
