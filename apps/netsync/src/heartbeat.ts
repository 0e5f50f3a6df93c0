import type { OutgoingHttpHeaders } from 'node:http';
import type { Clock, Timer } from '@syncytium/kit';
import type { FastifyReply } from '@syncytium/transport/http';

export interface HeartbeatOptions {
  readonly reply: FastifyReply;
  readonly contentType: string;
  readonly intervalMs: number;
  readonly clock: Clock;
  /** Names of headers that are known only at the end. */
  readonly trailers: readonly string[];
}

/**
 * Shows proxies between server and client that a long wait goes on: at every interval a line break is sent, which both
 * JSON and YAML allow before their beginning. The first one settles the status, so an error comes in the body later.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #hasBegun = false;
  #next: Timer | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#schedule();
  }

  /** Whether something has been sent, so that the rest of the answer has to come through `end`. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  stop(): void {
    this.#next?.cancel();
  }

  /** Sends the body and ends the answer. */
  end(text: string, trailers: Readonly<Record<string, string>> = {}): void {
    const { raw } = this.#options.reply;
    raw.addTrailers(trailers);
    raw.end(text);
  }

  #schedule(): void {
    const { clock, intervalMs } = this.#options;
    this.#next = clock.setTimer(intervalMs, () => {
      this.#beat();
      this.#schedule();
    });
  }

  #beat(): void {
    const { raw } = this.#options.reply;
    if (!this.#hasBegun) this.#begin();
    // A client that does not read needs no more of it.
    if (raw.writableLength === 0) raw.write('\n');
  }

  #begin(): void {
    const { reply, contentType, trailers } = this.#options;
    this.#hasBegun = true;
    // What plugins have set, such as CORS, is lost otherwise.
    const headers = reply.getHeaders() as OutgoingHttpHeaders;
    reply.hijack();
    reply.raw.writeHead(200, {
      ...headers,
      'content-type': contentType,
      // Otherwise some proxies collect the answer before they pass it on.
      'x-accel-buffering': 'no',
      'cache-control': 'no-store, no-transform',
      // Only HTTP/1.1 has them.
      ...(reply.request.raw.httpVersion === '1.1' && { trailer: trailers.join(', ') }),
    });
  }
}
