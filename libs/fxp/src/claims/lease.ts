/**
 * - `valid`: this party holds it.
 * - `lapsed`: it was not renewed in time. Nobody may have taken it yet; it is not held any more.
 * - `lost`: somebody else has it, or it is gone from the broker.
 */
export type LeaseState = 'valid' | 'lapsed' | 'lost';

/** How many times a lease is renewed while it lasts: one lost renewal does no harm. */
export const renewalsPerLease = 3;

/**
 * What a party knows of its own lease, without a broker or a clock. Times are milliseconds of the party's clock. It counts
 * from when a renewal was asked for, which is before the broker granted it, so that this party never believes to hold a
 * lease for longer than the broker does, however slow the answer.
 *
 * States: `valid` → `lapsed` → `lost`, `valid` → `lost`; a renewal keeps it `valid`.
 */
export class Lease {
  readonly leaseMs: number;
  #askedAt: number;
  #isLost = false;

  /** A lease that was asked for at `askedAt`, and granted. */
  constructor(leaseMs: number, askedAt: number) {
    this.leaseMs = leaseMs;
    this.#askedAt = askedAt;
  }

  stateAt(now: number): LeaseState {
    if (this.#isLost) return 'lost';
    return now < this.validUntil ? 'valid' : 'lapsed';
  }

  get validUntil(): number {
    return this.#askedAt + this.leaseMs;
  }

  /** A renewal that was asked for at `askedAt` was granted. Too late for a lease that had lapsed before it was asked for. */
  renew(askedAt: number): void {
    if (this.stateAt(askedAt) === 'valid') this.#askedAt = Math.max(askedAt, this.#askedAt);
  }

  /** Somebody else has it, or nobody. */
  lose(): void {
    this.#isLost = true;
  }
}
