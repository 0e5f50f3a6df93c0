import { AbortedError, toWireError, type Clock } from '@syncytium/kit';
import type { PendingRequest, Sync, SyncListener } from '@syncytium/netsync';
import { onConnectionLost, type FastifyReply } from '@syncytium/transport/http';
import { syncHeaderNames, syncHeaders } from './answer-headers.js';
import { contentTypes, formatOutput, type AnswerShape, type AnswerTexts } from './answer-text.js';
import { Heartbeat } from './heartbeat.js';
import type { OutputFormat, ReadRequest } from './read-request.js';

export interface HeldReplyOptions {
  readonly reply: FastifyReply;
  readonly read: ReadRequest;
  readonly shape: AnswerShape;
  readonly texts: AnswerTexts;
}

/** The answer of one HTTP request, held back until its request syncs; given up when the client goes away. */
export class HeldReply implements SyncListener {
  readonly #reply: FastifyReply;
  readonly #output: OutputFormat;
  readonly #shape: AnswerShape;
  readonly #texts: AnswerTexts;
  #isAnswered = false;
  #forgetConnection: (() => void) | undefined;
  #heartbeat: Heartbeat | undefined;

  constructor({ reply, read, shape, texts }: HeldReplyOptions) {
    this.#reply = reply;
    this.#output = read.output;
    this.#shape = shape;
    this.#texts = texts;
  }

  /** `cancel` gives the request up. */
  waitsFor(cancel: () => void): void {
    if (!this.#isAnswered) this.#forgetConnection = onConnectionLost(this.#reply.request.raw, cancel);
  }

  /** While it waits, the connection is kept alive. */
  keepAlive(intervalMs: number, clock: Clock): void {
    if (this.#isAnswered) return;
    const contentType = contentTypes[this.#output];
    this.#heartbeat = new Heartbeat({ reply: this.#reply, contentType, intervalMs, clock, trailers: syncHeaderNames });
  }

  onSync(sync: Sync, request: PendingRequest): void {
    this.#noteAnswered();
    const text = this.#texts.textOf(sync, this.#shape, this.#output);
    const headers = syncHeaders(sync, request);
    if (this.#heartbeat?.hasBegun) this.#heartbeat.end(text, headers);
    else void this.#reply.headers({ 'content-type': contentTypes[this.#output], ...headers }).send(text);
  }

  onError(error: Error): void {
    this.#noteAnswered();
    // Given up because the client is gone: there is nobody to answer.
    if (error instanceof AbortedError) return;
    if (this.#heartbeat?.hasBegun) this.#heartbeat.end(formatOutput({ error: toWireError(error) }, this.#output));
    else void this.#reply.send(error);
  }

  #noteAnswered(): void {
    this.#isAnswered = true;
    this.#forgetConnection?.();
    this.#heartbeat?.stop();
  }
}
