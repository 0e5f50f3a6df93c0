import { ClosedError, LimitError, type Clock, type Duration, type Log, type Prng, type Timer } from '@syncytium/kit';
import { FxpSessionEndedError, type JsonObject, type Requestor, type Session } from '@syncytium/fxp';
import { NoSessionError, SessionExistsError } from './errors.js';

export interface GatewayOptions {
  readonly requestor: Requestor;
  readonly clock: Clock;
  readonly prng: Prng;
  readonly log: Log;
  /** Most sessions open at once. */
  readonly sessionsMax: number;
  /** A session that nobody has called for so long is closed. */
  readonly idleMs: number;
}

export interface OpenRequest {
  readonly service: string;
  /** Random unless given. */
  readonly id?: string;
  /** Of calls that are given none. */
  readonly timeout?: Duration;
}

export interface CallOptions {
  readonly timeout?: Duration;
  readonly signal: AbortSignal;
}

/** A session that the gateway holds for clients who have no Redis client. */
export interface HeldSession {
  readonly id: string;
  readonly service: string;
  readonly ageMs: number;
  /** Since it was last called. */
  readonly idleMs: number;
  readonly pushed: number;
  readonly popped: number;
}

interface Held {
  readonly session: Session;
  readonly openedAt: number;
  lastUsedAt: number;
  callsUnderWay: number;
  idleTimer: Timer | undefined;
}

/** Requestor on behalf of HTTP clients: holds sessions by their id, and closes those that are forgotten. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #held = new Map<string, Held>();
  /** Ids of sessions that are being opened. */
  readonly #opening = new Set<string>();
  #isClosing = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  get sessionCount(): number {
    return this.#held.size;
  }

  sessions(): HeldSession[] {
    const now = this.#options.clock.now();
    return [...this.#held.values()].map(({ session, openedAt, lastUsedAt, callsUnderWay }) => ({
      id: session.id,
      service: session.service,
      ageMs: Math.round(now - openedAt),
      idleMs: callsUnderWay > 0 ? 0 : Math.round(now - lastUsedAt),
      ...session.counts,
    }));
  }

  /** Throws `FxpNoProviderError`, {@link SessionExistsError}, `LimitError`, `BrokerError`. */
  async open({
    service,
    id = this.#randomId(),
    timeout,
  }: OpenRequest): Promise<{ readonly id: string; readonly service: string }> {
    this.#checkOpen();
    if (this.#held.has(id) || this.#opening.has(id)) throw new SessionExistsError(id);
    if (this.#held.size + this.#opening.size >= this.#options.sessionsMax)
      throw new LimitError('sessions of the gateway', this.#options.sessionsMax, 'at once');
    this.#opening.add(id);
    try {
      await this.#hold(await this.#options.requestor.open(service, { id, ...(timeout !== undefined && { timeout }) }));
      return { id, service };
    } finally {
      this.#opening.delete(id);
    }
  }

  /** Pushes an input and resolves with the output. Throws {@link NoSessionError} and what `Session.call` throws. */
  async call(id: string, input: JsonObject, options: CallOptions): Promise<JsonObject> {
    this.#checkOpen();
    const held = this.#find(id);
    held.callsUnderWay++;
    held.idleTimer?.cancel();
    try {
      return await held.session.call(input, options);
    } catch (error) {
      // Ended by the gateway's own end, it is that end that the client is told of.
      if (error instanceof FxpSessionEndedError) this.#checkOpen();
      if (held.session.isEnded) await this.#drop(held);
      throw error;
    } finally {
      held.callsUnderWay--;
      this.#used(held);
    }
  }

  /** Throws {@link NoSessionError}. */
  async close(id: string): Promise<void> {
    await this.#drop(this.#find(id));
  }

  /** Ends every session and every call, and refuses new ones. */
  async closeAll(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([...this.#held.values()].map((held) => this.#drop(held)));
  }

  async #hold(session: Session): Promise<void> {
    if (this.#isClosing) await session.close();
    this.#checkOpen();
    const now = this.#options.clock.now();
    const held: Held = { session, openedAt: now, lastUsedAt: now, callsUnderWay: 0, idleTimer: undefined };
    this.#held.set(session.id, held);
    this.#used(held);
  }

  #used(held: Held): void {
    held.lastUsedAt = this.#options.clock.now();
    held.idleTimer?.cancel();
    if (held.callsUnderWay > 0 || held.session.isEnded) return;
    held.idleTimer = this.#options.clock.setTimer(this.#options.idleMs, () => {
      const { id, service } = held.session;
      this.#options.log.info('a session was idle and is closed', { session: id, service });
      void this.#drop(held);
    });
  }

  async #drop(held: Held): Promise<void> {
    held.idleTimer?.cancel();
    if (this.#held.get(held.session.id) === held) this.#held.delete(held.session.id);
    await held.session.close();
  }

  #randomId(): string {
    return Buffer.from(this.#options.prng.bytes(12)).toString('hex');
  }

  #find(id: string): Held {
    const held = this.#held.get(id);
    if (!held) throw new NoSessionError(id);
    return held;
  }

  #checkOpen(): void {
    if (this.#isClosing) throw new ClosedError('fxp');
  }
}
