import { systemPrng, type Duration, type Prng, type WaitTable } from '@syncytium/kit';
import type { Broker } from '@syncytium/transport';
import type { BrokerTarget } from './connect-broker.js';
import { FxpNoProviderError } from './errors.js';
import { Party, type PartyOptions } from './party.js';
import type { PayloadCodec } from './payload.js';
import { checkName } from './protocol.js';
import type { Session } from './session.js';
import { isAvailable, listServices, negotiate, providerCount, type ServiceSummary } from './steps.js';

export interface RequestorOptions extends PartyOptions {
  /** Where ids of sessions come from that are given none. */
  readonly prng?: Prng;
}

export interface OpenOptions<C extends PayloadCodec = 'json'> {
  /** The session's id (random unless told). A second session of the same id takes the first one's place. */
  readonly id?: string;
  /** `json` unless told. */
  readonly codec?: C;
  /** Longest wait of pops and calls that are given none (`10s` unless told; 0 for ever). */
  readonly timeout?: Duration;
}

/** A session of whatever codec. */
interface AsyncClosable {
  close(): Promise<void>;
}

/** Opens sessions with whoever provides a service. */
export class Requestor implements AsyncDisposable {
  readonly #party: Party;
  readonly #prng: Prng;
  readonly #sessions = new Set<AsyncClosable>();

  private constructor(party: Party, prng: Prng) {
    this.#party = party;
    this.#prng = prng;
  }

  /** Throws `InvalidArgumentError`, `BrokerError` (`broker_unreachable`, ...), `FxpDriverMissingError`. */
  static async connect(target: BrokerTarget, options: RequestorOptions = {}): Promise<Requestor> {
    return new Requestor(await Party.connect(target, options), options.prng ?? systemPrng());
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

  /** All services that anybody provides, by name. */
  services(): Promise<ServiceSummary[]> {
    return listServices(this.broker);
  }

  /**
   * Opens a session with the service's provider. Throws {@link FxpNoProviderError} when nobody provides it,
   * `InvalidArgumentError` for a name that is none, `BrokerError`.
   */
  async open<C extends PayloadCodec = 'json'>(service: string, options: OpenOptions<C> = {}): Promise<Session<C>> {
    const { id = this.#randomId(), timeout } = options;
    const codec = options.codec ?? ('json' as C);
    const name = { service, id };
    checkName(service, 'service');
    checkName(id, 'id');
    const connection = await this.broker.connect();
    const session: Session<C> = this.#party.session(connection, {
      name,
      role: 'requestor',
      codec,
      timeout,
      onClose: () => this.#sessions.delete(session),
    });
    this.#sessions.add(session);
    try {
      const told = await negotiate(this.broker, name);
      // Nobody was told; in a cluster, nobody on the node that was asked.
      if (told === 0 && (await providerCount(this.broker, service)) === 0) throw new FxpNoProviderError(service);
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  /** Closes its sessions and gives back the broker. Again does nothing. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.close()));
    await this.#party.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #randomId(): string {
    return Buffer.from(this.#prng.bytes(12)).toString('hex');
  }
}
