import type { Clock, Timer } from '@syncytium/kit';
import type { Broker, BrokerCommands } from '@syncytium/transport';

/** What is written to a key is given its expiry so many milliseconds later at the most. */
const renewalMsMax = 1000;

export interface KeyExpiryOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly key: string;
  /** How long the key outlives its last use, in milliseconds. */
  readonly expiryMs: number;
}

/**
 * Lets a list that one party writes to outlive its last use by its expiry. A list that is emptied loses its expiry, so
 * that each item would need another one; as a command for each item is a good part of what the item costs, one goes
 * behind what is written about once a second, and for the rest one follows within a second.
 */
export class KeyExpiry {
  readonly #options: KeyExpiryOptions;
  readonly #renewalMs: number;
  #renewedAt = -Infinity;
  #timer: Timer | undefined;

  constructor(options: KeyExpiryOptions) {
    this.#options = options;
    // Of short expiries a part, or else the key could expire between two renewals.
    this.#renewalMs = Math.min(renewalMsMax, options.expiryMs / 4);
  }

  /** The key was written to over a line: its expiry goes behind that, or follows soon unless that may be the last. */
  renew(line: BrokerCommands, isMaybeLast: boolean): void {
    const { broker, clock } = this.#options;
    if (isMaybeLast || clock.now() - this.#renewedAt >= this.#renewalMs) this.#send(line);
    else
      this.#timer ??= clock.setTimer(this.#renewalMs, () => {
        this.#timer = undefined;
        this.#send(broker);
      });
  }

  /** Sends what is owed. */
  close(): void {
    if (!this.#timer) return;
    this.#timer.cancel();
    this.#timer = undefined;
    this.#send(this.#options.broker);
  }

  #send(line: BrokerCommands): void {
    const { clock, key, expiryMs } = this.#options;
    this.#renewedAt = clock.now();
    touch(line, key, expiryMs);
  }
}

/** Lets a key outlive this moment by its expiry. Nothing depends on its success. */
export function touch(line: BrokerCommands, key: string, expiryMs: number): void {
  line.expire(key, expiryMs).catch(() => undefined);
}
