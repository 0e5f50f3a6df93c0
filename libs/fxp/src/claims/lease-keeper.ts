import { backoffMs, SyncytiumError, type Clock, type Timer } from '@syncytium/kit';
import type { Broker } from '@syncytium/transport';
import { FxpPeerLostError } from '../errors.js';
import { Lease, renewalsPerLease } from './lease.js';
import type { LossWatch } from '../loss-watch.js';
import type { SessionName } from '../wire/protocol.js';
import type { PeerFacts, SessionControl } from '../session/session-terms.js';

/** After renewals that failed. */
const retryDelays = { delayMsMin: 50, delayMsMax: 2000 };
/** A party that seems to be gone is looked for again after this part of a lease. */
const doubtsPerLease = 12;

export interface LeaseKeeperOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  /** Tells when the broker is gone for good. */
  readonly losses: LossWatch;
  readonly name: SessionName;
  readonly leaseMs: number;
  /** When this party's lease was asked for, in milliseconds of the clock. */
  readonly askedAt: number;
}

/** What a look at the broker ended with: when to look again. */
export type Outlook = 'calm' | 'doubtful';

interface Reaffirming {
  readonly resolve: () => void;
  readonly reject: (error: SyncytiumError) => void;
}

/**
 * Keeps one party's lease of a session alive, and looks for the other party's, at intervals of a third of a lease. Looks
 * that fail are made again soon; when this party's lease has lapsed meanwhile, or is another's, the session is lost.
 */
export abstract class LeaseKeeper {
  protected readonly broker: Broker;
  protected readonly clock: Clock;
  protected readonly name: SessionName;
  readonly #losses: LossWatch;
  #lease: Lease;
  #control: SessionControl | undefined;
  #lost: SyncytiumError | undefined;
  #isStopped = false;
  #lookTimer: Timer | undefined;
  #lapseTimer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #failures = 0;
  #cause: unknown;
  #reaffirming: Reaffirming[] = [];
  #delayMs = 0;

  constructor({ broker, clock, losses, name, leaseMs, askedAt }: LeaseKeeperOptions) {
    this.#losses = losses;
    this.broker = broker;
    this.clock = clock;
    this.name = name;
    this.#lease = new Lease(leaseMs, askedAt);
  }

  /** This party's lease. */
  get lease(): Lease {
    return this.#lease;
  }

  /** Begins to renew. */
  start(): void {
    this.#lookIn(this.lease.leaseMs / renewalsPerLease);
    this.#watchLapse();
    this.#losses.add(this.#onBrokerLost);
  }

  /** Tells a session what becomes of its leases. */
  control(control: SessionControl): void {
    this.#control = control;
    if (this.#lost) control.lose(this.#lost);
  }

  /** Whether this party's lease is valid now. A party that stood still finds out here before any timer tells it. */
  get isHeld(): boolean {
    return this.lease.stateAt(this.clock.now()) === 'valid';
  }

  /** See `SessionTerms`. */
  reaffirm(): Promise<void> {
    if (this.#lost) return Promise.reject(this.#lost);
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#reaffirming.push({ resolve, reject });
      this.#lookIn(0);
    });
  }

  /** One look at the broker: renews, and judges what it finds. Throws when the broker cannot be asked. */
  protected abstract look(): Promise<Outlook>;

  /** This party's lease has lapsed. The cause is the last failure to renew it, if there was one. */
  protected abstract onLapsed(cause: unknown): void;

  protected get isStopped(): boolean {
    return this.#isStopped;
  }

  /** The session is lost, for good. */
  protected lose(error: SyncytiumError): void {
    if (this.#lost || this.#isStopped) return;
    this.#lost = error;
    this.stop();
    for (const { reject } of this.#reaffirming.splice(0)) reject(error);
    this.#control?.lose(error);
  }

  /** The other party and what it did with the last items; `undefined` before there is a session to tell. */
  protected async describeInSession(): Promise<string | undefined> {
    return this.#control?.describePeer();
  }

  /** The other party is gone: the session is lost. */
  protected losePeer({ party: peer, leaseRenewedMs: heardMs }: PeerFacts, description?: string): void {
    this.lose(new FxpPeerLostError({ session: this.name, peer, leaseMs: this.lease.leaseMs, heardMs, description }));
  }

  /** The broker had forgotten the session, or its provider is gone: it was offered again. */
  protected resume(): void {
    this.#control?.resume();
  }

  /** This party got a new lease, which it asked for then. */
  protected begin(askedAt: number): void {
    this.#lease = new Lease(this.#lease.leaseMs, askedAt);
  }

  /** Renews and looks no more; a look that is under way must change nothing from now on. */
  protected stop(): void {
    this.#isStopped = true;
    this.#lookTimer?.cancel();
    this.#lapseTimer?.cancel();
    this.#losses.remove(this.#onBrokerLost);
    for (const { resolve } of this.#lost ? [] : this.#reaffirming.splice(0)) resolve();
  }

  #lookIn(delayMs: number): void {
    if (this.#isStopped || this.#looking) return;
    this.#lookTimer?.cancel();
    this.#lookTimer = this.clock.setTimer(delayMs, () => {
      this.#looking = this.#lookNow().finally(() => {
        this.#looking = undefined;
        this.#lookIn(this.#delayMs);
      });
    });
  }

  async #lookNow(): Promise<void> {
    const { leaseMs } = this.lease;
    const asked = this.#reaffirming.length;
    try {
      const outlook = await this.look();
      this.#failures = 0;
      this.#cause = undefined;
      this.#delayMs = leaseMs / (outlook === 'calm' ? renewalsPerLease : doubtsPerLease);
      if (this.#isStopped) return;
      for (const { resolve } of this.#reaffirming.splice(0, asked)) resolve();
      // Whoever came during the look had lost its line after it was made.
      if (this.#reaffirming.length > 0) this.#delayMs = 0;
      this.#watchLapse();
    } catch (error) {
      this.#cause = error;
      this.#delayMs = Math.min(backoffMs(++this.#failures, retryDelays), leaseMs / renewalsPerLease);
    }
  }

  /** A look that gets no answer must not keep this party from learning that its lease has lapsed. */
  #watchLapse(): void {
    this.#lapseTimer?.cancel();
    if (this.#isStopped) return;
    const leftMs = this.lease.validUntil - this.clock.now();
    this.#lapseTimer = this.clock.setTimer(Math.max(leftMs, 0), () => {
      if (this.isHeld) this.#watchLapse();
      else this.onLapsed(this.#cause);
    });
  }

  readonly #onBrokerLost = (reason: unknown): void => {
    if (reason instanceof SyncytiumError) this.lose(reason);
  };
}
