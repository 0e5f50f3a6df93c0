import { durationMs, randomHex, type Duration, type WaitTable } from '@syncytium/kit';
import type { Broker } from '@syncytium/transport';
import { listProviders, type ProviderList } from './presence/attendance.js';
import type { BrokerTarget } from './connect-broker.js';
import { checkLeaseTime } from './claims/offer-record.js';
import { Party, type PartyOptions } from './party.js';
import type { PayloadCodec } from './wire/payload.js';
import { checkName } from './wire/protocol.js';
import { SessionDeadline } from './opening/session-deadline.js';
import { openSession } from './opening/session-opening.js';
import type { Session } from './session/session.js';
import { isAvailable, listServices, providerCount, type ServiceSummary } from './steps.js';

export interface RequestorOptions extends PartyOptions {
  /** How long the keys of an extended session outlive their last use, in milliseconds (600,000 unless told). */
  readonly expiryMs?: number;
}

export interface OpenOptions<C extends PayloadCodec = 'json'> {
  /** The session's id (random unless told). A second session of the same id takes the first one's place. */
  readonly id?: string;
  /** `json` unless told. */
  readonly codec?: C;
  /** Longest wait of pops and calls that are given none (`10s` unless told; 0 for ever). */
  readonly timeout?: Duration;
  /** An input is kept until it is answered, and given to another provider when its provider dies (`false` unless told). */
  readonly acknowledge?: boolean;
  /** Longest wait for a provider to take the session (`5s` unless told; 0 for ever). Plain ones are not waited for. */
  readonly claimTimeout?: Duration;
  /** Longest life of the session (for ever unless told). */
  readonly sessionTimeout?: Duration;
  /** Gives up opening. */
  readonly signal?: AbortSignal;
}

/** A session of whatever codec. */
interface AsyncClosable {
  close(): Promise<void>;
}

const expiryMsDefault = 600_000;
const claimTimeoutMsDefault = 5000;

/** Opens sessions with whoever provides a service. */
export class Requestor implements AsyncDisposable {
  readonly #party: Party;
  readonly #expiryMs: number;
  readonly #sessions = new Set<AsyncClosable>();

  private constructor(party: Party, expiryMs: number) {
    this.#party = party;
    this.#expiryMs = expiryMs;
  }

  /** Throws `InvalidArgumentError`, `BrokerError` (`broker_unreachable`, ...), `FxpDriverMissingError`. */
  static async connect(target: BrokerTarget, options: RequestorOptions = {}): Promise<Requestor> {
    const expiryMs = checkLeaseTime(options.expiryMs ?? expiryMsDefault, 'expiryMs');
    return new Requestor(await Party.connect(target, options), expiryMs);
  }

  get broker(): Broker {
    return this.#party.broker;
  }

  /** The waits of this requestor's sessions. */
  get waits(): WaitTable {
    return this.#party.waits;
  }

  /** Whether anybody provides the service. */
  isAvailable(service: string): Promise<boolean> {
    return isAvailable(this.broker, service);
  }

  /** How many provide the service. */
  providerCount(service: string): Promise<number> {
    return providerCount(this.broker, service);
  }

  /** Every provider of the service that is of our kind, with its version, its load and its state, and how many others. */
  providers(service: string): Promise<ProviderList> {
    return listProviders(this.broker, service);
  }

  /** All services that anybody provides, by name. */
  services(): Promise<ServiceSummary[]> {
    return listServices(this.broker);
  }

  /**
   * Opens a session with a provider of the service. Toward providers of our kind it resolves when one of them has taken it,
   * the least busy first. Throws {@link FxpNoProviderError} when nobody provides the service (or nobody who acknowledges,
   * where that is asked for), {@link FxpClaimTimeoutError} naming every provider and its state, `AbortedError`,
   * `InvalidArgumentError` for a name that is none, `BrokerError`.
   */
  async open<C extends PayloadCodec = 'json'>(service: string, options: OpenOptions<C> = {}): Promise<Session<C>> {
    const { id = randomHex(this.#party.prng, 12), timeout, acknowledge = false, signal } = options;
    const codec = options.codec ?? ('json' as C);
    const claimTimeoutMs = durationMs(options.claimTimeout ?? claimTimeoutMsDefault, 'claimTimeout');
    const sessionTimeoutMs = durationMs(options.sessionTimeout ?? 0, 'sessionTimeout');
    if (timeout !== undefined) durationMs(timeout, 'timeout');
    const name = { service, id };
    checkName(service, 'service');
    checkName(id, 'id');
    const party = this.#party;
    const connection = await this.broker.connect();
    // What opens is closed with the requestor, too.
    this.#sessions.add(connection);
    try {
      const expiryMs = this.#expiryMs;
      const opening = await openSession({ party, connection, name, acknowledge, expiryMs, claimTimeoutMs, signal });
      const terms = opening?.terms;
      let deadline: SessionDeadline | undefined;
      const onClose = (): void => {
        deadline?.cancel();
        this.#sessions.delete(session);
      };
      const end = party.session(connection, { name, role: 'requestor', codec, timeout, terms, onClose });
      const { session, control } = end;
      this.#sessions.add(session);
      opening?.keeper.control(control);
      if (sessionTimeoutMs > 0) {
        const { clock } = party;
        deadline = new SessionDeadline({ clock, name, role: 'requestor', timeoutMs: sessionTimeoutMs, control });
      }
      return session;
    } catch (error) {
      await connection.close();
      throw error;
    } finally {
      this.#sessions.delete(connection);
    }
  }

  /** Closes its sessions and gives back the broker. Again does nothing. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.close()));
    await this.#party.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
