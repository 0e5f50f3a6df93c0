import type { Netsync } from '@syncytium/netsync';
import type { DirectHandler, HttpHost } from '@syncytium/transport/http';
import type { AnswerTexts } from './answer-text.js';
import { DirectReply } from './direct-reply.js';
import { readPlainQuery } from './read-plain-query.js';

export interface DirectEventOptions {
  readonly netsync: Netsync;
  readonly texts: AnswerTexts;
  /** Answers errors. */
  readonly host: HttpHost;
}

/**
 * `GET /event` as most ask it, without the framework, which is a good part of what a pair costs. Answers as the route does,
 * and leaves to the route whatever it does not know: who cannot tell which of them answered is right.
 */
export function directEvent({ netsync, texts, host }: DirectEventOptions): DirectHandler {
  return (request, response, query) => {
    if (request.headers['idempotency-key'] !== undefined) return false;
    const params = readPlainQuery(query);
    if (params === undefined) return false;
    const reply = new DirectReply(response, texts, host);
    reply.waitsFor(netsync.submit(params, reply));
    return true;
  };
}
