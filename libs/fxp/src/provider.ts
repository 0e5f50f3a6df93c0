import {
  AbortedError,
  ClosedError,
  durationMs,
  InvalidArgumentError,
  throwIfAborted,
  randomHex,
  type Duration,
  type WaitOutcome,
  type WaitTable,
} from '@syncytium/kit';
import type { Broker, Subscription } from '@syncytium/transport';
import { hostname } from 'node:os';
import type { ClaimKeeper } from './claims/claim-keeper.js';
import type { BrokerTarget } from './connect-broker.js';
import { FxpAlreadyRegisteredError, FxpSessionEndedError } from './errors.js';
import { Party, type PartyOptions } from './party.js';
import type { PayloadCodec } from './wire/payload.js';
import type { ProviderId } from './presence/presence-channel.js';
import type { ProviderRecord } from './presence/presence-record.js';
import { ProviderPresence } from './presence/provider-presence.js';
import { ProviderSessions } from './serving/provider-sessions.js';
import { checkName, partyOf } from './wire/protocol.js';
import type { ServedSession } from './serving/served-session.js';
import type { Session } from './session/session.js';
import { unlessAborted } from './serving/unless-aborted.js';

export interface ProviderOptions extends PartyOptions {
  /** Most sessions served at once; more are not taken (1,000 unless told). */
  readonly capacity?: number;
  /** Shown to requestors who list providers (empty unless told). */
  readonly version?: string;
  /** How busy this provider is: the least busy one gets a session (its sessions by its capacity unless told). */
  readonly load?: () => number;
  /** How long it waits for each less busy provider before it claims a session, in milliseconds (20 unless told). */
  readonly claimStepMs?: number;
}

export interface RegisterOptions<C extends PayloadCodec = 'json'> {
  /** `json` unless told. */
  readonly codec?: C;
  /** Longest wait of pops that are given none; a session without items for so long is over (`10s` unless told). */
  readonly timeout?: Duration;
  /** How many inputs are popped ahead of the service function at most, in extended sessions (64 unless told). */
  readonly prefetch?: number;
  /** Whether the requestor is told the stack of what the service function throws (`false` unless told). */
  readonly exposeStacks?: boolean;
}

/** Serves one session to its end. What it throws is logged, told to the requestor, and ends the session, nothing else. */
export type ServiceFunction<C extends PayloadCodec = 'json'> = (session: Session<C>) => Promise<void> | void;

/** A service on offer. */
export interface Registration {
  readonly service: string;
  /** Takes no more sessions; those that run go on. Again does nothing. */
  close(): Promise<void>;
}

export interface DrainOptions {
  /** Gives up waiting for the sessions that run: they go on, and no new ones are taken. */
  readonly signal?: AbortSignal;
}

/** Longest time a close waits for service functions whose sessions have ended. */
const closeTimeoutMs = 5000;
const capacityDefault = 1000;
const claimStepMsDefault = 20;

/** Offers services, and serves any number of sessions of each at once. */
export class Provider implements AsyncDisposable {
  /** What it is known by to requestors and other providers. */
  readonly id: ProviderId;
  /** Most sessions served at once. */
  readonly capacity: number;
  readonly #party: Party;
  readonly #options: ProviderOptions;
  readonly #registrations = new Map<string, Promise<Subscription>>();
  readonly #sessions: ProviderSessions;
  /** `undefined` without extensions. */
  readonly #presence: ProviderPresence | undefined;
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(party: Party, options: ProviderOptions) {
    const { broker, clock, log, leaseMs, prng, extensions } = party;
    const { capacity = capacityDefault, claimStepMs = claimStepMsDefault } = options;
    this.#party = party;
    this.#options = options;
    this.capacity = capacity;
    this.id = { provider: party.name, instance: randomHex(prng, 4) };
    this.#sessions = new ProviderSessions({
      party,
      id: this.id,
      capacity,
      claimStepMs,
      load: () => this.load,
      onChange: () => this.#presence?.update(),
    });
    const describe = (): ProviderRecord => this.#describe();
    if (extensions)
      this.#presence = new ProviderPresence({ broker, clock, log, id: this.id, ttlMs: leaseMs, describe });
  }

  /** Throws `InvalidArgumentError`, `BrokerError` (`broker_unreachable`, ...), `FxpDriverMissingError`. */
  static async connect(target: BrokerTarget, options: ProviderOptions = {}): Promise<Provider> {
    const { capacity = capacityDefault } = options;
    if (!(Number.isInteger(capacity) && capacity > 0))
      throw new InvalidArgumentError('capacity', `must be a whole number of at least 1, got ${capacity}`);
    return new Provider(await Party.connect(target, options), options);
  }

  get broker(): Broker {
    return this.#party.broker;
  }

  /** The waits of this provider and its sessions. */
  get waits(): WaitTable {
    return this.#party.waits;
  }

  /** Sessions being served. */
  get sessionCount(): number {
    return this.#sessions.count;
  }

  /** How busy it is, as it tells others. */
  get load(): number {
    return this.#options.load?.() ?? this.sessionCount / this.capacity;
  }

  /** Whether it takes no new sessions. */
  get isDraining(): boolean {
    return this.#draining !== undefined || this.#closing !== undefined;
  }

  /** Fires when the broker is gone for good: no session will come any more. */
  get lost(): AbortSignal {
    return this.broker.lost;
  }

  /**
   * Offers a service: `serve` is called with every session that is published after this has resolved and that this
   * provider gets. Throws {@link FxpAlreadyRegisteredError} for a service that it offers already, `InvalidArgumentError`,
   * `BrokerError`, `ClosedError` when it drains or is closed.
   */
  async register<C extends PayloadCodec = 'json'>(
    service: string,
    serve: ServiceFunction<C>,
    options: RegisterOptions<C> = {},
  ): Promise<Registration> {
    checkName(service, 'service');
    // Said now, not when the first session comes.
    if (options.timeout !== undefined) durationMs(options.timeout, 'timeout');
    if (this.isDraining) throw new ClosedError('provider');
    if (this.#registrations.has(service)) throw new FxpAlreadyRegisteredError(service);
    const subscribing = this.#listen(service, (served, keeper) => this.#serve(served, keeper, serve, options));
    this.#registrations.set(service, subscribing);
    try {
      await subscribing;
    } catch (error) {
      this.#registrations.delete(service);
      throw error;
    }
    return { service, close: () => this.#unregister(service, subscribing) };
  }

  /**
   * Takes no more sessions, for good, and resolves when those that run are over; those who list providers see meanwhile
   * that it drains. Throws `AbortedError` when the signal fires before.
   */
  async drain({ signal }: DrainOptions = {}): Promise<void> {
    throwIfAborted(signal, 'drain');
    this.#draining ??= this.#drain();
    const sessions = this.#sessions;
    const wait = this.waits.open({
      who: `provider "${this.id.provider}"`,
      what: 'the end of its sessions',
      get whom() {
        return sessions.names.map((name) => partyOf('requestor', name));
      },
      mode: 'all',
    });
    let outcome: WaitOutcome = 'failed';
    try {
      await unlessAborted(this.#draining, signal, 'drain');
      outcome = 'done';
    } catch (error) {
      if (error instanceof AbortedError) outcome = 'cancelled';
      throw error;
    } finally {
      wait.close(outcome);
    }
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

  async #drain(): Promise<void> {
    this.#sessions.refuse();
    await Promise.all(
      [...this.#registrations].map(async ([service, subscribing]) => {
        await subscribing.catch(() => undefined);
        // A broker that cannot be told now knows nothing of this provider.
        const isSilent = await this.#presence?.drain(service).catch(() => undefined);
        await silence(subscribing);
        await isSilent?.();
      }),
    );
    this.#presence?.update();
    await this.#sessions.done();
    await this.#withdraw();
  }

  async #close(): Promise<void> {
    this.#sessions.refuse();
    await Promise.all([...this.#registrations.values()].map(silence));
    const done = this.#sessions.done();
    await this.#sessions.endAll();
    await this.#within(closeTimeoutMs, done);
    await this.#withdraw();
    await this.#party.close();
  }

  /** Resolves when all is done, or when the time has passed: a service function may be stuck in work of its own. */
  async #within(ms: number, work: Promise<void>): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#party.clock.setTimer(ms, () => {
        this.#party.log.warn('service functions did not return in time', { running: this.sessionCount });
        resolve();
      });
      void work.then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  /** Listens for sessions of a service. It is present before, so that nobody takes it for a provider of another kind. */
  async #listen(
    service: string,
    serve: (served: ServedSession, keeper: ClaimKeeper | undefined) => Promise<void>,
  ): Promise<Subscription> {
    await this.#presence?.announce(service);
    try {
      return await this.broker.subscribe(service, (message) => {
        this.#sessions.onPublished({ service, id: Buffer.from(message).toString() }, serve);
      });
    } catch (error) {
      await this.#presence?.withdraw(service);
      throw error;
    }
  }

  async #unregister(service: string, subscribing: Promise<Subscription>): Promise<void> {
    if (this.#registrations.get(service) !== subscribing) return;
    await silence(subscribing);
    await this.#presence?.withdraw(service);
    if (this.#registrations.get(service) === subscribing) this.#registrations.delete(service);
  }

  async #withdraw(): Promise<void> {
    await Promise.all([...this.#registrations.keys()].map(async (service) => this.#presence?.withdraw(service)));
    this.#registrations.clear();
  }

  async #serve<C extends PayloadCodec>(
    served: ServedSession,
    keeper: ClaimKeeper | undefined,
    serve: ServiceFunction<C>,
    { codec = 'json' as C, timeout, prefetch, exposeStacks }: RegisterOptions<C>,
  ): Promise<void> {
    try {
      const connection = await this.broker.connect();
      const end = this.#party.session(connection, {
        name: served.name,
        role: 'provider',
        codec,
        timeout,
        terms: keeper?.terms,
        onClose: () => undefined,
        prefetch,
        exposeStacks,
      });
      await using session = end.session;
      served.onOpen(() => session.close());
      keeper?.control(end.control);
      // It may have been ended, or lost, while the connection was made.
      if (!served.isEnded && !session.isEnded && keeper?.isHeld !== false) await serveAndTell(serve, session);
    } finally {
      // A plain session knows of no claim.
      await keeper?.leave();
    }
  }

  #describe(): ProviderRecord {
    const { sessionCount: sessions, capacity, isDraining: draining, load } = this;
    const { version = '' } = this.#options;
    return { ...this.id, version, sessions, capacity, draining, host: hostname(), pid: process.pid, load };
  }
}

/** That the service function is done, and what it throws, the requestor is told. */
async function serveAndTell<C extends PayloadCodec>(serve: ServiceFunction<C>, session: Session<C>): Promise<void> {
  try {
    await serve(session);
  } catch (error) {
    // That the session has ended is no failure of the service.
    if (error instanceof FxpSessionEndedError) await session.end();
    else await session.fail(error);
    throw error;
  }
  await session.end();
}

/** Ends a service's subscription. One that failed has been reported to whoever made it. */
async function silence(subscribing: Promise<Subscription>): Promise<void> {
  const subscription = await subscribing.catch(() => undefined);
  await subscription?.close();
}
