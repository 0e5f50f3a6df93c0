import { ClosedError, LimitError, type Log } from '@syncytium/kit';
import type { ClaimKeeper } from '../claims/claim-keeper.js';
import { claimSession, lookAtPublished, type Claimant } from '../claims/claim-session.js';
import { FxpLeaseLostError, FxpPeerLostError, FxpSessionEndedError } from '../errors.js';
import { Negotiations } from './negotiations.js';
import type { Party } from '../party.js';
import type { ProviderId } from '../presence/presence-channel.js';
import { checkName, keyOf, type SessionName } from '../wire/protocol.js';
import { ServedSession } from './served-session.js';

/** Serves one session to its end; with a keeper where it was claimed. */
export type Serve = (served: ServedSession, keeper: ClaimKeeper | undefined) => Promise<void>;

export interface ProviderSessionsOptions {
  readonly party: Party;
  readonly id: ProviderId;
  /** Most sessions at once. */
  readonly capacity: number;
  readonly claimStepMs: number;
  readonly load: () => number;
  /** The number of sessions has changed. */
  readonly onChange: () => void;
}

/** Most sessions that were published and are not decided about. */
const negotiationsMax = 10_000;

/** A provider's sessions: decides which of those that are published it takes, and serves them. */
export class ProviderSessions {
  readonly #options: ProviderSessionsOptions;
  readonly #claimant: Claimant;
  readonly #negotiations = new Negotiations(negotiationsMax);
  readonly #served = new Set<ServedSession>();
  /** Those with a claim, by the key that tells a session from others: of these there is one for each name. */
  readonly #claimed = new Map<string, ServedSession>();
  /** Places kept for sessions that are being claimed. */
  #reserved = 0;
  #isOpen = true;

  constructor(options: ProviderSessionsOptions) {
    this.#options = options;
    const { party, id, claimStepMs, load } = options;
    const { broker, clock, prng, losses, leaseMs } = party;
    this.#claimant = {
      broker,
      clock,
      prng,
      losses,
      id,
      leaseMs,
      claimStepMs,
      busyness: () => ({ ...id, load: load() }),
      reserve: () => this.#reserve(),
      release: () => {
        this.#reserved--;
      },
    };
  }

  /** Sessions that are served. */
  get count(): number {
    return this.#served.size;
  }

  get names(): SessionName[] {
    return [...this.#served].map(({ name }) => name);
  }

  /** Takes no more sessions, for good. */
  refuse(): void {
    this.#isOpen = false;
  }

  /** Ends every session, without waiting for the service functions. */
  async endAll(): Promise<void> {
    await Promise.all([...this.#served].map((session) => session.end()));
  }

  /** Resolves when the sessions of this moment are over. */
  async done(): Promise<void> {
    await Promise.all([...this.#served].map(({ done }) => done));
  }

  /** A session was published. Takes it if it is this provider's; never throws. */
  onPublished(name: SessionName, serve: Serve): void {
    if (!this.#isOpen) return;
    const log = this.#logOf(name);
    try {
      checkName(name.id, 'id');
      if (!this.#options.party.extensions) this.#takePlain(name, serve);
      else if (!this.#negotiations.begin(keyOf(name, 'provider'), () => this.#negotiate(name, serve, log)))
        throw new LimitError('sessions that are not decided about', negotiationsMax, 'at once');
    } catch (error) {
      log.error('a session is not taken', { err: error });
    }
  }

  /** As the original: whoever hears of a session serves it. */
  #takePlain(name: SessionName, serve: Serve): void {
    if (this.#isFull) throw this.#fullError();
    this.#begin(new ServedSession(name, undefined), undefined, serve);
  }

  async #negotiate(name: SessionName, serve: Serve, log: Log): Promise<void> {
    try {
      const keeper = await this.#claim(name, log);
      if (!keeper) return;
      this.#reserved--;
      this.#begin(new ServedSession(name, keeper), keeper, serve);
    } catch (error) {
      // Without its broker a closed provider takes nothing, which nobody expects of it.
      if (!(error instanceof ClosedError)) log.error('a session is not taken', { err: error });
    }
  }

  async #claim(name: SessionName, log: Log): Promise<ClaimKeeper | undefined> {
    const published = await lookAtPublished(this.#options.party.broker, name);
    const { offer, attendance } = published;
    const claimed = this.#claimed.get(keyOf(name, 'provider'));
    if (offer && claimed?.holds(offer.opening)) return undefined;
    if (!offer && attendance.foreign > 0) {
      // That one serves every session it hears of, and the two would take each other's inputs.
      log.warn('a plain session is left to a provider of another kind', { foreign: attendance.foreign });
      return undefined;
    }
    await claimed?.replace();
    // Another provider has it, or had it and is done.
    if (offer?.claimed === true) return undefined;
    if (this.#isFull) {
      log.warn('a session is not taken', { err: this.#fullError() });
      return undefined;
    }
    return claimSession(this.#claimant, published);
  }

  #begin(served: ServedSession, keeper: ClaimKeeper | undefined, serve: Serve): void {
    const log = this.#logOf(served.name);
    const key = keyOf(served.name, 'provider');
    this.#served.add(served);
    if (keeper) this.#claimed.set(key, served);
    keeper?.start();
    served.done = serve(served, keeper)
      .then(
        () => log.debug('a session is over'),
        (error: unknown) => {
          // Ended by this end itself, which the service function need not care about.
          if (error instanceof FxpSessionEndedError) log.debug('a session was ended', { err: error });
          else if (isLoss(error)) log.warn('a session is lost', { err: error });
          else log.error('a session failed', { err: error });
        },
      )
      .finally(() => {
        this.#served.delete(served);
        if (this.#claimed.get(key) === served) this.#claimed.delete(key);
        this.#options.onChange();
      });
    this.#options.onChange();
  }

  #reserve(): boolean {
    if (!this.#isOpen || this.#isFull) return false;
    this.#reserved++;
    return true;
  }

  /** Claims that may come to nothing take a place, but are no load that others should see. */
  get #isFull(): boolean {
    return this.#served.size + this.#reserved >= this.#options.capacity;
  }

  #fullError(): LimitError {
    return new LimitError('sessions', this.#options.capacity, 'at once');
  }

  #logOf({ service, id }: SessionName): Log {
    return this.#options.party.log.child({ service, session: id });
  }
}

/** Whether a session ended through no fault of its service function. */
function isLoss(error: unknown): boolean {
  return error instanceof FxpPeerLostError || error instanceof FxpLeaseLostError;
}
