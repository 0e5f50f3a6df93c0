import { SyncytiumError, type Wait, type WaitTable } from '@syncytium/kit';
import { parseClaim, type ClaimRecord } from './claim-record.js';
import { describeProviders } from '../presence/describe-providers.js';
import { FxpClaimTimeoutError, FxpLeaseLostError } from '../errors.js';
import { LeaseKeeper, type LeaseKeeperOptions, type Outlook } from './lease-keeper.js';
import { encodeOffer, parseOffer, type OfferRecord } from './offer-record.js';
import { PeerLease } from './peer-lease.js';
import { claimKeyOf, keyOf, offerKeyOf, partyOf } from '../wire/protocol.js';
import type { PeerFacts, SessionTerms } from '../session/session-terms.js';

export interface OfferKeeperOptions extends LeaseKeeperOptions {
  readonly offer: OfferRecord;
  readonly waits: WaitTable;
  /** Longest time until another provider goes on with an acknowledged session; 0 for ever. */
  readonly claimTimeoutMs: number;
}

/** A session that was published again and that nobody has claimed yet. */
interface Reclaim {
  readonly since: number;
  readonly wait: Wait;
}

/** A requestor's hold on one extended session: keeps its offer, and looks for the provider's claim. */
export class OfferKeeper extends LeaseKeeper {
  readonly offer: OfferRecord;
  readonly #waits: WaitTable;
  readonly #claimTimeoutMs: number;
  /** Whoever serves the session, from when the first claim is known. */
  #claim: ClaimRecord | undefined;
  #claimedAt = 0;
  /** Whether the offer says that a provider has the session. */
  #isClaimed = false;
  #provider: PeerLease;
  #reclaim: Reclaim | undefined;
  #leaving: Promise<void> | undefined;

  constructor(options: OfferKeeperOptions) {
    super(options);
    this.offer = options.offer;
    this.#waits = options.waits;
    this.#claimTimeoutMs = options.claimTimeoutMs;
    this.#provider = new PeerLease(options.leaseMs);
  }

  /** What the session's engine goes by, for the first claim. */
  termsFor(claim: ClaimRecord): SessionTerms {
    this.onClaim(claim);
    const { acknowledge, opening, leaseMs, expiryMs } = this.offer;
    return {
      mode: acknowledge ? 'acknowledged' : 'extended',
      opening,
      claim: claim.claim,
      leaseMs,
      expiryMs,
      describePeer: () => Promise.resolve(this.#describePeer()),
      onHeard: () => this.#provider.onHeard(this.clock.now()),
      onClaim: (payload) => {
        const record = parseClaim(payload);
        if (record) this.onClaim(record);
      },
      reaffirm: () => this.reaffirm(),
      leave: (deleteLists) => this.leave(deleteLists),
    };
  }

  /** A provider says that it serves the session. */
  onClaim(record: ClaimRecord): void {
    if (record.opening !== this.offer.opening) return;
    if (!this.#isClaimed) this.#setClaimed(true).catch(() => undefined);
    if (record.claim === this.#claim?.claim) return;
    this.#claim = record;
    this.#claimedAt = this.clock.now();
    this.#provider = new PeerLease(this.offer.leaseMs, this.#claimedAt);
    this.#endReclaim('done');
  }

  /** Gives up the offer, and has the lists deleted if the provider has left before. See `SessionTerms`. */
  leave(deleteLists: () => Promise<void>): Promise<void> {
    // What cannot be deleted now expires.
    this.#leaving ??= this.#leave(deleteLists).catch(() => undefined);
    return this.#leaving;
  }

  protected async look(): Promise<Outlook> {
    const { broker, name } = this;
    const askedAt = this.clock.now();
    const [, offer, claim, remainingMs = 0, items] = await Promise.all([
      broker.expire(offerKeyOf(name), this.offer.leaseMs),
      broker.get(offerKeyOf(name)),
      broker.get(claimKeyOf(name)),
      broker.ttl(claimKeyOf(name)),
      broker.llen(keyOf(name, 'provider')),
    ]);
    if (this.isStopped) return 'calm';
    const opening = offer && (parseOffer(offer)?.opening ?? '');
    if (opening !== undefined && opening !== this.offer.opening) {
      this.lose(new FxpLeaseLostError(name, 'another requestor has opened it'));
      return 'calm';
    }
    if (opening === undefined) await this.#offerAgain();
    else if (this.lease.stateAt(askedAt) === 'valid') this.lease.renew(askedAt);
    else this.begin(askedAt);
    return this.#judge(claim && parseClaim(claim), remainingMs, items, opening === undefined);
  }

  protected onLapsed(cause: unknown): void {
    // An acknowledged session is offered again as soon as the broker can be reached; it has lost nothing.
    if (this.offer.acknowledge) return;
    const why =
      cause instanceof SyncytiumError ? cause.message : `its offer was not renewed for ${this.offer.leaseMs} ms`;
    this.lose(new FxpLeaseLostError(this.name, why, cause));
  }

  protected override stop(): void {
    super.stop();
    this.#endReclaim('cancelled');
  }

  async #offerAgain(): Promise<void> {
    const askedAt = this.clock.now();
    await this.#writeOffer('absent');
    this.begin(askedAt);
  }

  /** Whether providers are to leave the session alone. What cannot be said now is said with the next offer. */
  async #setClaimed(isClaimed: boolean): Promise<void> {
    this.#isClaimed = isClaimed;
    await this.#writeOffer('present');
  }

  async #writeOffer(onlyIf: 'absent' | 'present'): Promise<void> {
    const { leaseMs } = this.offer;
    const record = encodeOffer({ ...this.offer, claimed: this.#isClaimed });
    await this.broker.set(offerKeyOf(this.name), record, { onlyIf, ttlMs: leaseMs });
  }

  async #judge(
    seen: ClaimRecord | undefined,
    remainingMs: number,
    items: number,
    wasForgotten: boolean,
  ): Promise<Outlook> {
    // Before the first claim, whoever opens the session waits for it.
    if (!this.#claim || this.isStopped) return 'calm';
    if (seen?.opening === this.offer.opening) {
      if (seen.claim !== this.#claim.claim && !this.offer.acknowledge) await this.#losePeer();
      else this.onClaim(seen);
      this.#provider.onSeen(remainingMs, this.clock.now());
      this.#endReclaim('done');
      return 'calm';
    }
    this.#provider.onMissing(wasForgotten ? 0 : items);
    // A broker that has forgotten the offer has forgotten all: no last item is on its way.
    if (this.#provider.verdict === 'gone' || (wasForgotten && this.offer.acknowledge)) await this.#onGone();
    return this.#provider.verdict === 'there' ? 'calm' : 'doubtful';
  }

  async #onGone(): Promise<void> {
    if (!this.offer.acknowledge) {
      await this.#losePeer();
      return;
    }
    const { service, id } = this.name;
    const isFirst = this.#reclaim === undefined;
    const reclaim = (this.#reclaim ??= this.#openReclaim());
    const waitedMs = this.clock.now() - reclaim.since;
    if (this.#claimTimeoutMs > 0 && waitedMs >= this.#claimTimeoutMs) {
      const providers = await describeProviders(this.broker, service);
      this.#endReclaim('timeout');
      this.lose(new FxpClaimTimeoutError({ session: this.name, waitedMs, providers }));
      return;
    }
    await this.#setClaimed(false);
    if (this.isStopped) return;
    await this.broker.publish(service, id);
    if (isFirst) this.resume();
  }

  #openReclaim(): Reclaim {
    const since = this.clock.now();
    const { service, id } = this.name;
    const subject = {
      who: partyOf('requestor', this.name),
      what: 'another claim of its session',
      whom: [`providers of ${service}`],
      details: { service, session: id, after: this.#claim?.provider ?? '' },
    };
    const until = this.#claimTimeoutMs > 0 ? since + this.#claimTimeoutMs : Infinity;
    return { since, wait: this.#waits.open(subject, until) };
  }

  #endReclaim(outcome: 'done' | 'timeout' | 'cancelled'): void {
    this.#reclaim?.wait.close(outcome);
    this.#reclaim = undefined;
  }

  #describePeer(): PeerFacts {
    const now = this.clock.now();
    const { heardAt, verdict } = this.#provider;
    return {
      party: `provider "${this.#claim?.provider ?? ''}"`,
      claimedMs: this.#claim && now - this.#claimedAt,
      leaseRenewedMs: heardAt === undefined ? undefined : now - heardAt,
      isThere: verdict === 'there',
    };
  }

  /** Its caller is told which item the provider has left unanswered. */
  async #losePeer(): Promise<void> {
    const description = await this.describeInSession();
    this.losePeer(this.#describePeer(), description);
  }

  async #leave(deleteLists: () => Promise<void>): Promise<void> {
    this.stop();
    const { broker, name } = this;
    const offer = await broker.get(offerKeyOf(name));
    // Another session of the name has taken this one's place, and its keys.
    if (offer && parseOffer(offer)?.opening !== this.offer.opening) return;
    if (offer) await broker.del(offerKeyOf(name));
    // A provider that is still there sees that the offer is gone, and deletes the lists when it leaves.
    if (!(await broker.exists(claimKeyOf(name)))) await deleteLists();
  }
}
