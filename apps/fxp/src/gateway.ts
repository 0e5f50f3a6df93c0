import { ClosedError, LimitError, randomHex, type Clock, type Log, type Prng, type Timer } from '@syncytium/kit';
import {
  FxpSessionEndedError,
  type PayloadCodec,
  type Requestor,
  type Session,
  type SessionMode,
} from '@syncytium/fxp';
import { NoSessionError, SessionExistsError } from './errors.js';
import type { SessionRequest } from './session-request.js';

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

export interface OpenRequest extends SessionRequest {
  readonly service: string;
  /** The client whose connection the session lives with; without it, whoever knows the id may call. */
  readonly client?: string;
  readonly signal?: AbortSignal;
}

export interface CallOptions {
  /** Milliseconds; 0 for ever. */
  readonly timeout?: number;
  readonly signal: AbortSignal;
}

/** A session that the gateway holds for clients who have no Redis client. */
export interface HeldSession {
  readonly id: string;
  readonly service: string;
  readonly mode: SessionMode;
  readonly codec: PayloadCodec;
  /** Whose connection it lives with; `null` for one over HTTP. */
  readonly client: string | null;
  readonly ageMs: number;
  /** Since it was last called. */
  readonly idleMs: number;
  readonly pushed: number;
  readonly popped: number;
}

/** A session whatever its items are. */
export type AnySession = Session<PayloadCodec>;

interface Held {
  readonly session: AnySession;
  readonly client: string | undefined;
  readonly openedAt: number;
  lastUsedAt: number;
  callsUnderWay: number;
  idleTimer: Timer | undefined;
}

/** Requestor on behalf of clients without a Redis client: holds sessions by their id, and closes those that are forgotten. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #held = new Map<string, Held>();
  /** Ids of sessions that are being opened. */
  readonly #opening = new Set<string>();
  readonly #closing = new AbortController();

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  get sessionCount(): number {
    return this.#held.size;
  }

  sessions(): HeldSession[] {
    const now = this.#options.clock.now();
    return [...this.#held.values()].map(({ session, client, openedAt, lastUsedAt, callsUnderWay }) => ({
      id: session.id,
      service: session.service,
      mode: session.mode,
      codec: session.codec,
      client: client ?? null,
      ageMs: Math.round(now - openedAt),
      idleMs: callsUnderWay > 0 ? 0 : Math.round(now - lastUsedAt),
      ...session.counts,
    }));
  }

  /** Throws {@link SessionExistsError}, `LimitError`, and what `Requestor.open` throws. */
  async open({
    service,
    client,
    signal,
    id = randomHex(this.#options.prng, 12),
    ...request
  }: OpenRequest): Promise<AnySession> {
    this.#checkOpen();
    if (this.#held.has(id) || this.#opening.has(id)) throw new SessionExistsError(id);
    if (this.#held.size + this.#opening.size >= this.#options.sessionsMax)
      throw new LimitError('sessions of the gateway', this.#options.sessionsMax, 'at once');
    this.#opening.add(id);
    try {
      const signals = [this.#closing.signal, ...(signal ? [signal] : [])];
      const options = { ...request, id, signal: AbortSignal.any(signals) };
      const session = await this.#options.requestor.open<PayloadCodec>(service, options);
      await this.#hold(session, client);
      return session;
    } catch (error) {
      // Given up by the gateway's own end, it is that end that the client is told of.
      this.#checkOpen();
      throw error;
    } finally {
      this.#opening.delete(id);
    }
  }

  /** The items that a session of HTTP carries. Throws {@link NoSessionError}. */
  codecOf(id: string): PayloadCodec {
    return this.#find(id).session.codec;
  }

  /** Pushes an input and resolves with the output. Throws {@link NoSessionError} and what `Session.call` throws. */
  async call(id: string, input: unknown, options: CallOptions): Promise<unknown> {
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

  /** Ends a session of HTTP. Throws {@link NoSessionError}. */
  async close(id: string): Promise<void> {
    await this.#drop(this.#find(id));
  }

  /** Ends a session that lives with a connection. */
  async release(session: AnySession): Promise<void> {
    const held = this.#held.get(session.id);
    if (held?.session === session) await this.#drop(held);
  }

  /** Ends every session and every call, and refuses new ones. */
  async closeAll(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#held.values()].map((held) => this.#drop(held)));
  }

  async #hold(session: AnySession, client: string | undefined): Promise<void> {
    if (this.#closing.signal.aborted) await session.close();
    this.#checkOpen();
    const now = this.#options.clock.now();
    const held: Held = { session, client, openedAt: now, lastUsedAt: now, callsUnderWay: 0, idleTimer: undefined };
    this.#held.set(session.id, held);
    this.#used(held);
  }

  #used(held: Held): void {
    held.lastUsedAt = this.#options.clock.now();
    held.idleTimer?.cancel();
    // One that lives with a connection ends with it.
    if (held.client !== undefined || held.callsUnderWay > 0 || held.session.isEnded) return;
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

  #find(id: string): Held {
    const held = this.#held.get(id);
    if (!held || held.client !== undefined) throw new NoSessionError(id);
    return held;
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw new ClosedError('fxp');
  }
}
