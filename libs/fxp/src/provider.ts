import { ClosedError, durationMs, LimitError, type Duration, type WaitTable } from '@syncytium/kit';
import type { Broker, Subscription } from '@syncytium/transport';
import type { BrokerTarget } from './connect-broker.js';
import { FxpAlreadyRegisteredError, FxpSessionEndedError } from './errors.js';
import { Party, type PartyOptions } from './party.js';
import type { PayloadCodec } from './payload.js';
import { checkName, type SessionName } from './protocol.js';
import type { Session } from './session.js';

export interface ProviderOptions extends PartyOptions {
  /** Most sessions served at once; more are not taken (1,000 unless told). */
  readonly sessionsMax?: number;
}

export interface RegisterOptions<C extends PayloadCodec = 'json'> {
  /** `json` unless told. */
  readonly codec?: C;
  /** Longest wait of pops that are given none; a session without items for so long is over (`10s` unless told). */
  readonly timeout?: Duration;
}

/** Serves one session to its end. What it throws is logged and ends the session, nothing else. */
export type ServiceFunction<C extends PayloadCodec = 'json'> = (session: Session<C>) => Promise<void> | void;

/** A service on offer. */
export interface Registration {
  readonly service: string;
  /** Takes no more sessions; those that run go on. Again does nothing. */
  close(): Promise<void>;
}

/** A session that is being served. */
interface Running {
  /** Ends it; `undefined` while its connection is being made. */
  close: (() => Promise<void>) | undefined;
  /** Resolves when the service function has returned, however. */
  done: Promise<void>;
}

/** Longest time a close waits for service functions whose sessions have ended. */
const closeTimeoutMs = 5000;

/** Offers services, and serves any number of sessions of each at once. */
export class Provider implements AsyncDisposable {
  readonly #party: Party;
  readonly #sessionsMax: number;
  readonly #registrations = new Map<string, Promise<Subscription>>();
  readonly #running = new Set<Running>();
  #closing: Promise<void> | undefined;

  private constructor(party: Party, sessionsMax: number) {
    this.#party = party;
    this.#sessionsMax = sessionsMax;
  }

  /** Throws `InvalidArgumentError`, `BrokerError` (`broker_unreachable`, ...), `FxpDriverMissingError`. */
  static async connect(target: BrokerTarget, options: ProviderOptions = {}): Promise<Provider> {
    return new Provider(await Party.connect(target, options), options.sessionsMax ?? 1000);
  }

  get broker(): Broker {
    return this.#party.broker;
  }

  /** The waits of this provider's sessions. */
  get waits(): WaitTable {
    return this.#party.waits;
  }

  /** Sessions being served. */
  get sessionCount(): number {
    return this.#running.size;
  }

  /** Fires when the broker is gone for good: no session will come any more. */
  get lost(): AbortSignal {
    return this.broker.lost;
  }

  /**
   * Offers a service: `serve` is called with every session that is negotiated after this has resolved. Throws
   * {@link FxpAlreadyRegisteredError} for a service that this provider offers already, `InvalidArgumentError`,
   * `BrokerError`.
   */
  async register<C extends PayloadCodec = 'json'>(
    service: string,
    serve: ServiceFunction<C>,
    options: RegisterOptions<C> = {},
  ): Promise<Registration> {
    checkName(service, 'service');
    // Said now, not when the first session comes.
    if (options.timeout !== undefined) durationMs(options.timeout, 'timeout');
    if (this.#closing) throw new ClosedError('provider');
    if (this.#registrations.has(service)) throw new FxpAlreadyRegisteredError(service);
    const subscribing = this.broker.subscribe(service, (message) => {
      const id = Buffer.from(message).toString();
      this.#begin({ service, id }, serve, options);
    });
    this.#registrations.set(service, subscribing);
    try {
      await subscribing;
    } catch (error) {
      this.#registrations.delete(service);
      throw error;
    }
    return { service, close: () => this.#unregister(service, subscribing) };
  }

  /** Takes no more sessions, and resolves when those that run are over. */
  async drain(): Promise<void> {
    await Promise.all([...this.#registrations].map(([service, subscribing]) => this.#unregister(service, subscribing)));
    await Promise.all([...this.#running].map(({ done }) => done));
  }

  /**
   * Takes no more sessions, ends those that run (their pops end with `FxpSessionEndedError`, their iterations just end),
   * waits for the service functions to return, and gives back the broker. Again does nothing.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#registrations].map(([service, subscribing]) => this.#unregister(service, subscribing)));
    const running = [...this.#running];
    await Promise.all(running.flatMap(({ close }) => (close ? [close()] : [])));
    await this.#within(
      closeTimeoutMs,
      running.map(({ done }) => done),
    );
    await this.#party.close();
  }

  /** Resolves when all is done, or when the time has passed: a service function may be stuck in work of its own. */
  async #within(ms: number, work: readonly Promise<void>[]): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#party.clock.setTimer(ms, () => {
        this.#party.log.warn('service functions did not return in time', { running: this.#running.size });
        resolve();
      });
      void Promise.all(work).then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  async #unregister(service: string, subscribing: Promise<Subscription>): Promise<void> {
    if (this.#registrations.get(service) === subscribing) this.#registrations.delete(service);
    // A registration that failed has been reported to whoever made it.
    const subscription = await subscribing.catch(() => undefined);
    await subscription?.close();
  }

  #begin<C extends PayloadCodec>(name: SessionName, serve: ServiceFunction<C>, options: RegisterOptions<C>): void {
    const log = this.#party.log.child({ service: name.service, session: name.id });
    if (this.#closing) return;
    if (this.#running.size >= this.#sessionsMax) {
      log.error('a session is not taken', { err: new LimitError('sessions', this.#sessionsMax, 'at once') });
      return;
    }
    const running: Running = { close: undefined, done: Promise.resolve() };
    this.#running.add(running);
    running.done = this.#serve(running, name, serve, options)
      .then(
        () => log.debug('a session is over'),
        (error: unknown) => {
          // Ended by this end itself, which the service function need not care about.
          if (error instanceof FxpSessionEndedError) log.debug('a session was ended');
          else log.error('a session failed', { err: error });
        },
      )
      .finally(() => this.#running.delete(running));
  }

  async #serve<C extends PayloadCodec>(
    running: Running,
    name: SessionName,
    serve: ServiceFunction<C>,
    { codec = 'json' as C, timeout }: RegisterOptions<C>,
  ): Promise<void> {
    checkName(name.id, 'id');
    const connection = await this.broker.connect();
    const onClose = (): void => undefined;
    await using session = this.#party.session(connection, { name, role: 'provider', codec, timeout, onClose });
    running.close = () => session.close();
    // It may have been closed while the connection was made.
    if (!this.#closing) await serve(session);
  }
}
