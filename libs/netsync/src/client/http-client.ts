import { ClosedError, type Clock, type WaitTable } from '@syncytium/kit';
import { ServerError, ServerUnreachableError } from '../errors.js';
import type { SendParams, SendResult } from '../netsync.js';
import type { Stats } from '../stats.js';
import type { Backoff } from './backoff.js';
import type { ClientWait } from './client-wait.js';
import type { ClientWaits } from './client-waits.js';
import type { NetsyncClient } from './netsync-client.js';
import { readError } from './read-error.js';

export interface HttpClientOptions {
  /** Base URL, without a slash at its end. */
  readonly url: string;
  readonly waits: ClientWaits;
  readonly newBackoff: () => Backoff;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
}

/** Asks over HTTP, each request in one of its own. */
export class HttpClient implements NetsyncClient {
  readonly #options: HttpClientOptions;
  readonly #underWay = new Map<ClientWait, AbortController>();
  #isClosed = false;

  constructor(options: HttpClientOptions) {
    this.#options = options;
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
    return (await readBody(await this.#fetch('/stats', signal ? { signal } : {}))) as Stats;
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
        else await this.#pause(backoff.delayMs, signal);
      }
    }
  }

  async #ask(wait: ClientWait, signal: AbortSignal): Promise<SendResult> {
    const { timeout, ...params } = wait.ask();
    const response = await this.#fetch('/event', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...params, ...(timeout !== undefined && { timeout: `${timeout}ms` }) }),
      signal,
    });
    const { payloads } = (await readBody(response)) as Pick<SendResult, 'payloads'>;
    return {
      payloads,
      matchId: response.headers.get('netsync-match-id') ?? '',
      requestId: response.headers.get('netsync-request-id') ?? '',
      waitedMs: Number(response.headers.get('netsync-wait-ms')),
    };
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const { url, fetch: ask = fetch } = this.#options;
    try {
      return await ask(url + path, init);
    } catch (error) {
      throw unreachable(url, error);
    }
  }

  #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = this.#options.clock.setTimer(delayMs, wake);
      signal.addEventListener('abort', wake, { once: true });
      if (signal.aborted) wake();
    });
  }
}

/** The connection, or the server itself, has gone; the next one may answer. */
function isInterruption(error: unknown): boolean {
  return error instanceof ServerUnreachableError || error instanceof ClosedError;
}

async function readBody(response: Response): Promise<unknown> {
  let body: unknown;
  try {
    body = JSON.parse(await response.text());
  } catch (error) {
    // A body that breaks off is an interruption; one that is no JSON was not made by a netsync server.
    if (!(error instanceof SyntaxError)) throw unreachable(response.url, error);
    throw new ServerError('bad_answer', `the server answered ${response.status} without JSON`);
  }
  if (response.ok) return body;
  throw readError((body as { error?: unknown } | null)?.error);
}

function unreachable(url: string, error: unknown): ServerUnreachableError {
  // What fetch throws says only that it failed; its cause says why.
  const cause = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return new ServerUnreachableError(url, cause.code ?? cause.message, error);
}
