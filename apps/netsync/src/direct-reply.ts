import type { ServerResponse } from 'node:http';
import { AbortedError } from '@syncytium/kit';
import type { PendingRequest, Sync, SyncListener } from '@syncytium/netsync';
import { onConnectionLost, sendText, type HttpHost } from '@syncytium/transport/http';
import { syncHeaders } from './answer-headers.js';
import { contentTypes, payloadsByActor, type AnswerTexts } from './answer-text.js';

/** What `HeldReply` is, for a request that the framework has not seen: in JSON, for `/event`, without signs of life. */
export class DirectReply implements SyncListener {
  readonly #response: ServerResponse;
  readonly #texts: AnswerTexts;
  readonly #host: HttpHost;
  #isAnswered = false;
  #forgetConnection: (() => void) | undefined;

  constructor(response: ServerResponse, texts: AnswerTexts, host: HttpHost) {
    this.#response = response;
    this.#texts = texts;
    this.#host = host;
  }

  /** `cancel` gives the request up. */
  waitsFor(cancel: () => void): void {
    if (!this.#isAnswered) this.#forgetConnection = onConnectionLost(this.#response.req, cancel);
  }

  onSync(sync: Sync, request: PendingRequest): void {
    this.#noteAnswered();
    const text = this.#texts.textOf(sync, payloadsByActor, 'json');
    sendText(this.#response, 200, text, { 'content-type': contentTypes.json, ...syncHeaders(sync, request) });
  }

  onError(error: Error): void {
    this.#noteAnswered();
    // Given up because the client is gone: there is nobody to answer.
    if (!(error instanceof AbortedError)) this.#host.sendError(this.#response, error);
  }

  #noteAnswered(): void {
    this.#isAnswered = true;
    this.#forgetConnection?.();
  }
}
