import { SyncytiumError } from '@syncytium/kit';
import { encodeClaim, parseClaim, type ClaimRecord } from './claim-record.js';
import { FxpLeaseLostError } from '../errors.js';
import { LeaseKeeper, type LeaseKeeperOptions, type Outlook } from './lease-keeper.js';
import { renewalsPerLease } from './lease.js';
import { parseOffer, type OfferRecord } from './offer-record.js';
import { PeerLease } from './peer-lease.js';
import { claimKeyOf, keyOf, offerKeyOf } from '../wire/protocol.js';
import type { PeerFacts, SessionTerms } from '../session/session-terms.js';

export interface ClaimKeeperOptions extends LeaseKeeperOptions {
  readonly record: ClaimRecord;
  /** What the requestor offered; `undefined` for a plain one. */
  readonly offer: OfferRecord | undefined;
}

/** What a key of the broker shows of a requestor's offer. */
type OfferSight = 'ours' | 'another' | 'none';

/** A provider's hold on one session: keeps its claim, and looks for the requestor's offer where there is one. */
export class ClaimKeeper extends LeaseKeeper {
  readonly record: ClaimRecord;
  readonly #offer: OfferRecord | undefined;
  readonly #requestor: PeerLease;
  #leaving: Promise<void> | undefined;

  constructor(options: ClaimKeeperOptions) {
    super(options);
    this.record = options.record;
    this.#offer = options.offer;
    this.#requestor = new PeerLease(options.leaseMs, options.clock.now());
  }

  /** The opening it serves; empty for a plain requestor. */
  get opening(): string {
    return this.record.opening;
  }

  /** What the session's engine goes by; `undefined` in a plain session. */
  get terms(): SessionTerms | undefined {
    const offer = this.#offer;
    return (
      offer && {
        mode: offer.acknowledge ? 'acknowledged' : 'extended',
        opening: offer.opening,
        claim: this.record.claim,
        claimRecord: Buffer.from(encodeClaim(this.record)),
        leaseMs: offer.leaseMs,
        expiryMs: offer.expiryMs,
        describePeer: () => Promise.resolve(this.#describePeer()),
        onHeard: () => this.#requestor.onHeard(this.clock.now()),
        reaffirm: () => this.reaffirm(),
        leave: (deleteLists) => this.leave(deleteLists),
      }
    );
  }

  /**
   * Gives up the claim, and has the lists deleted while it still holds it if the requestor has left before: until the
   * claim is gone nobody can begin a session of the name. See `SessionTerms`.
   */
  leave(deleteLists: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    // What cannot be deleted now expires.
    this.#leaving ??= this.#leave(deleteLists).catch(() => undefined);
    return this.#leaving;
  }

  protected async look(): Promise<Outlook> {
    const askedAt = this.clock.now();
    if (this.lease.stateAt(askedAt) !== 'valid') return 'doubtful';
    const [, claim, requestor] = await Promise.all([
      this.broker.expire(claimKeyOf(this.name), this.lease.leaseMs),
      this.broker.get(claimKeyOf(this.name)),
      this.#offer && this.#lookForRequestor(),
    ]);
    const holder = claim && parseClaim(claim);
    if (holder?.claim !== this.record.claim) this.#loseClaim(holder);
    else this.lease.renew(askedAt);
    requestor?.();
    return this.#requestor.verdict === 'doubted' ? 'doubtful' : 'calm';
  }

  protected onLapsed(cause: unknown): void {
    const why =
      cause instanceof SyncytiumError ? cause.message : `its claim was not renewed for ${this.lease.leaseMs} ms`;
    this.lose(new FxpLeaseLostError(this.name, why, cause));
  }

  /** Resolves with what is to be done about what was seen. */
  async #lookForRequestor(): Promise<() => void> {
    const [bytes, remainingMs = 0, items] = await Promise.all([
      this.broker.get(offerKeyOf(this.name)),
      this.broker.ttl(offerKeyOf(this.name)),
      this.broker.llen(keyOf(this.name, 'requestor')),
    ]);
    return () => {
      const sight = this.#sightOf(bytes);
      if (sight === 'ours') this.#requestor.onSeen(remainingMs, this.clock.now());
      else if (sight === 'another') this.loseOpening();
      else this.#requestor.onMissing(items);
      if (this.#requestor.verdict === 'gone') this.losePeer(this.#describePeer());
    };
  }

  #sightOf(bytes: Uint8Array | undefined): OfferSight {
    if (!bytes) return 'none';
    return parseOffer(bytes)?.opening === this.record.opening ? 'ours' : 'another';
  }

  #describePeer(): PeerFacts {
    const now = this.clock.now();
    const { heardAt, verdict } = this.#requestor;
    return {
      party: `requestor "${this.#offer?.requestor ?? ''}"`,
      leaseRenewedMs: heardAt === undefined ? undefined : now - heardAt,
      isThere: verdict === 'there',
    };
  }

  #loseClaim(holder: ClaimRecord | undefined): void {
    this.lease.lose();
    const why = holder ? `provider "${holder.provider}" has claimed it` : 'its claim is gone from the broker';
    this.lose(new FxpLeaseLostError(this.name, why));
  }

  /** Its requestor has opened the session anew: this one is lost. */
  loseOpening(): void {
    this.lose(new FxpLeaseLostError(this.name, 'its requestor has opened it anew'));
  }

  async #leave(deleteLists: () => Promise<void>): Promise<void> {
    this.stop();
    if (!this.#isSafelyHeld()) return;
    const before = await this.#offerSight();
    if (before === 'none') await deleteLists();
    if (!this.#isSafelyHeld()) return;
    await this.broker.del(claimKeyOf(this.name));
    if (before !== 'ours' || (await this.#offerSight()) !== 'none') return;
    // The requestor left in the same moment and saw the claim: whoever has the claim again may clean up.
    const { leaseMs } = this.lease;
    this.begin(this.clock.now());
    const options = { onlyIf: 'absent', ttlMs: leaseMs } as const;
    if (!(await this.broker.set(claimKeyOf(this.name), encodeClaim(this.record), options))) return;
    if ((await this.#offerSight()) === 'none') await deleteLists();
    if (this.#isSafelyHeld()) await this.broker.del(claimKeyOf(this.name));
  }

  /** For as long as a command takes, too: nothing of another's may be deleted. */
  #isSafelyHeld(): boolean {
    const { leaseMs } = this.lease;
    return this.lease.stateAt(this.clock.now() + leaseMs / renewalsPerLease) === 'valid';
  }

  /** In a plain session there is nothing of the requestor's to see: its lists are left as the original leaves them. */
  async #offerSight(): Promise<OfferSight> {
    return this.#offer ? this.#sightOf(await this.broker.get(offerKeyOf(this.name))) : 'another';
  }
}
