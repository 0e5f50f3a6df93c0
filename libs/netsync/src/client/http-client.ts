import { ClosedError, pause, type Clock, type WaitTable } from '@syncytium/kit';
import { ServerError, ServerUnreachableError } from '../errors.js';
import type { SendParams, SendResult } from '../netsync.js';
import type { Stats } from '../stats.js';
import type { Backoff } from './backoff.js';
import type { ClientWait } from './client-wait.js';
import type { ClientWaits } from './client-waits.js';
import { nodeExchange, type HttpAnswer, type HttpExchange } from './http-exchange.js';
import type { NetsyncClient } from './netsync-client.js';
import { readError } from './read-error.js';

export interface HttpClientOptions {
  /** Base URL, without a slash at its end. */
  readonly url: string;
  readonly waits: ClientWaits;
  readonly newBackoff: () => Backoff;
  readonly clock: Clock;
  /** How often the server is to show that a wait goes on, in milliseconds. */
  readonly keepaliveMs: number;
  readonly exchange?: HttpExchange;
}

/** After so many signs that did not come, the connection counts as lost. */
const signsMissedMax = 3;

/** Asks over HTTP, each request in one of its own. */
export class HttpClient implements NetsyncClient {
  readonly #options: Required<HttpClientOptions>;
  readonly #underWay = new Map<ClientWait, AbortController>();
  #isClosed = false;

  constructor(options: HttpClientOptions) {
    this.#options = { exchange: nodeExchange, ...options };
  }

  get waits(): WaitTable {
    return this.#options.waits.table;
  }

  // Async, so that it never throws.
  async send(params: SendParams): Promise<SendResult> {
    if (this.#isClosed) throw new ClosedError('the netsync client');
    const over = new AbortController();
    const wait = this.#options.waits.open(params, () => over.abort());
    this.#underWay.set(wait, over);
    void this.#run(wait, over.signal);
    try {
      return await wait.result;
    } finally {
      this.#underWay.delete(wait);
    }
  }

  async stats(signal?: AbortSignal): Promise<Stats> {
    const { exchange, url } = this.#options;
    return readBody(await exchange({ url: `${url}/stats`, signal })) as Stats;
  }

  close(): void {
    this.#isClosed = true;
    for (const [wait, over] of this.#underWay) {
      wait.reject(new ClosedError('the netsync client'));
      over.abort();
    }
  }

  /** Asks until there is an answer, or asking makes no sense any more. */
  async #run(wait: ClientWait, signal: AbortSignal): Promise<void> {
    const { clock, newBackoff } = this.#options;
    const backoff = newBackoff();
    while (!wait.isSettled) {
      const began = clock.now();
      try {
        wait.resolve(await this.#ask(wait, signal));
      } catch (error) {
        backoff.failed(clock.now() - began);
        if (!isInterruption(error) || backoff.isExhausted) wait.reject(error as Error);
        // Whoever aborts has settled the wait.
        else await pause(clock, backoff.delayMs, signal).catch(() => undefined);
      }
    }
  }

  async #ask(wait: ClientWait, signal: AbortSignal): Promise<SendResult> {
    const { exchange, keepaliveMs, url } = this.#options;
    const { timeout, ...params } = wait.ask();
    const answer = await exchange({
      url: `${url}/event?keepalive=${keepaliveMs}ms`,
      body: JSON.stringify({ ...params, ...(timeout !== undefined && { timeout: `${timeout}ms` }) }),
      signal,
      silenceMsMax: keepaliveMs * signsMissedMax,
    });
    const { payloads } = readBody(answer) as Pick<SendResult, 'payloads'>;
    return {
      payloads,
      matchId: answer.header('netsync-match-id') ?? '',
      requestId: answer.header('netsync-request-id') ?? '',
      waitedMs: Number(answer.header('netsync-wait-ms') ?? 0),
    };
  }
}

/** The connection, or the server itself, has gone; the next one may answer. */
function isInterruption(error: unknown): boolean {
  return error instanceof ServerUnreachableError || error instanceof ClosedError;
}

/** What an answer says; line breaks before it, signs of a long wait, mean nothing. Throws the error that it tells. */
function readBody({ status, text, header }: HttpAnswer): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    const elsewhere = header('location');
    const hint = elsewhere === undefined ? '' : `; it points to ${elsewhere}`;
    throw new ServerError('bad_answer', `the server answered ${status} without JSON${hint}: is it a netsync server?`);
  }
  // After the first sign of a long wait the status was settled, and an error comes under 200.
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  if (status === 200 && error === undefined) return body;
  throw readError(error);
}
