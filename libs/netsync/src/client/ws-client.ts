import { ClosedError, type Clock, type Timer, type WaitTable } from '@syncytium/kit';
import type { WsConnection, WsHandlers } from '@syncytium/transport/ws';
import { ServerError, ServerUnreachableError } from '../errors.js';
import type { SyncMessage } from '../messages.js';
import type { SendParams, SendResult } from '../netsync.js';
import type { Stats } from '../stats.js';
import type { Backoff } from './backoff.js';
import type { ClientWait } from './client-wait.js';
import type { ClientWaits } from './client-waits.js';
import type { NetsyncClient } from './netsync-client.js';
import { Outbox } from './outbox.js';
import { readError } from './read-error.js';

/** Opens a connection to the server. */
export type Connect = (handlers: WsHandlers, signal: AbortSignal) => Promise<WsConnection>;

export interface WsClientOptions {
  readonly url: string;
  readonly connect: Connect;
  readonly waits: ClientWaits;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly readStats: (signal?: AbortSignal) => Promise<Stats>;
}

/** What may come from the server, before it is looked at. */
type Incoming = Partial<SyncMessage> & { readonly error?: unknown };

/**
 * Asks over one WebSocket connection. When that is lost, and somebody waits, it connects again and asks everything again
 * in the same order; when nobody waits, it connects again for the next request.
 */
export class WsClient implements NetsyncClient {
  readonly #options: WsClientOptions;
  /** In the order of their calls. */
  readonly #underWay = new Map<number, ClientWait>();
  readonly #over = new AbortController();
  #connection: WsConnection | undefined;
  /** Of the connection: what is in it when that is lost is lost with it, and asked again. */
  #outbox: Outbox | undefined;
  #connectedAt = 0;
  #isConnecting = false;
  #retry: Timer | undefined;
  #asked = 0;

  constructor(options: WsClientOptions) {
    this.#options = options;
  }

  get waits(): WaitTable {
    return this.#options.waits.table;
  }

  /** The first connection. Throws what `connect` throws. */
  async open(): Promise<void> {
    await this.#connect();
  }

  // Async, so that it never throws.
  async send(params: SendParams): Promise<SendResult> {
    if (this.#over.signal.aborted) throw new ClosedError('the netsync client');
    const id = ++this.#asked;
    const wait = this.#options.waits.open(params, () => this.#giveUp(id));
    if (wait.isSettled) return wait.result;
    this.#underWay.set(id, wait);
    this.#ask(id, wait);
    this.#keepConnected();
    return wait.result;
  }

  stats(signal?: AbortSignal): Promise<Stats> {
    return this.#options.readStats(signal);
  }

  close(): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#retry?.cancel();
    this.#failAll(new ClosedError('the netsync client'));
    this.#connection?.close();
  }

  #ask(id: number, wait: ClientWait): void {
    if (this.#connection?.isOpen) this.#outbox?.push({ id, ...wait.ask() });
  }

  #giveUp(id: number): void {
    if (this.#underWay.delete(id) && this.#connection?.isOpen) this.#outbox?.push({ cancel: id });
  }

  #keepConnected(): void {
    if (this.#connection || this.#isConnecting || this.#retry || this.#over.signal.aborted) return;
    this.#connect().catch((error: unknown) => {
      this.#options.backoff.failed();
      this.#retryLater(error);
    });
  }

  async #connect(): Promise<void> {
    this.#isConnecting = true;
    try {
      const connection = await this.#options.connect(
        { onMessage: (data) => this.#onMessage(data), onClose: (code, reason) => this.#onClose(code, reason) },
        this.#over.signal,
      );
      if (this.#over.signal.aborted) {
        connection.close();
        return;
      }
      this.#connection = connection;
      this.#outbox = new Outbox((text) => void connection.send(text));
    } finally {
      this.#isConnecting = false;
    }
    this.#connectedAt = this.#options.clock.now();
    for (const [id, wait] of this.#underWay) this.#ask(id, wait);
  }

  #onClose(code: number, reason: string): void {
    const { backoff, clock, url } = this.#options;
    this.#connection = undefined;
    if (this.#over.signal.aborted) return;
    backoff.failed(clock.now() - this.#connectedAt);
    this.#retryLater(new ServerUnreachableError(url, `it closed the connection: ${code} ${reason}`.trim()));
  }

  #retryLater(error: unknown): void {
    const { backoff, clock, url } = this.#options;
    if (this.#over.signal.aborted || this.#underWay.size === 0) return;
    if (backoff.isExhausted) {
      backoff.succeeded();
      const problem = error instanceof Error ? error.message : String(error);
      this.#failAll(error instanceof ServerUnreachableError ? error : new ServerUnreachableError(url, problem, error));
      return;
    }
    this.#retry = clock.setTimer(backoff.delayMs, () => {
      this.#retry = undefined;
      if (this.#underWay.size > 0) this.#keepConnected();
    });
  }

  #onMessage(data: Buffer): void {
    this.#options.backoff.succeeded();
    const said = JSON.parse(data.toString()) as Incoming | readonly Incoming[];
    if (Array.isArray(said)) for (const answer of said as readonly Incoming[]) this.#onAnswer(answer);
    else this.#onAnswer(said as Incoming);
  }

  #onAnswer(message: Incoming): void {
    const { id, payloads, match = '', request = '', waitedMs = 0, error } = message;
    if (typeof id !== 'number') {
      // We have said something that the server did not understand, and cannot know what.
      this.#failAll(
        error === undefined ? new ServerError('bad_answer', 'the server answered nobody') : readError(error),
      );
      return;
    }
    const wait = this.#underWay.get(id);
    if (!wait) return;
    const failure = payloads === undefined ? readError(error) : undefined;
    if (failure instanceof ClosedError) {
      // The server is going: what waits is asked of the next one.
      this.#connection?.close();
      return;
    }
    this.#underWay.delete(id);
    if (failure) wait.reject(failure);
    else if (payloads) wait.resolve({ payloads, matchId: match, requestId: request, waitedMs });
  }

  #failAll(error: Error): void {
    const failed = [...this.#underWay.values()];
    this.#underWay.clear();
    for (const wait of failed) wait.reject(error);
  }
}
