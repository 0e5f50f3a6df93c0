import { systemClock, type Clock } from '@syncytium/kit';
import type { Netsync } from '@syncytium/netsync';
import type { FastifyInstance, FastifyReply, FastifyRequest, HttpHost } from '@syncytium/transport/http';
import {
  allRequests,
  AnswerTexts,
  contentTypes,
  formatOutput,
  payloadsByActor,
  type AnswerShape,
} from './answer-text.js';
import { directEvent } from './direct-event.js';
import { HeldReply } from './held-reply.js';
import {
  actorOf,
  eventVocabulary,
  matchVocabulary,
  readOutput,
  readRequest,
  underNamesOf,
  type Vocabulary,
} from './read-request.js';

export interface SyncRoutesOptions {
  readonly netsync: Netsync;
  /** What `keepalive` goes by; the machine's unless told. */
  readonly clock?: Clock;
  /** A host that answers most of `GET /event` without the framework, and so without its hooks. */
  readonly direct?: HttpHost;
}

/** `/event`, `/match` and `/stats`. */
export function syncRoutes(app: FastifyInstance, { netsync, clock = systemClock, direct }: SyncRoutesOptions): void {
  const texts = new AnswerTexts();
  // Bodies are read by `input` or content type, whichever is given.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const serve = (path: string, vocabulary: Vocabulary, shape: AnswerShape): void => {
    const handler = (request: FastifyRequest, reply: FastifyReply): void => {
      const read = readRequest(request, vocabulary);
      const params =
        vocabulary === matchVocabulary ? { ...read.params, actor: actorOf(read.params.labels) } : read.params;
      const held = new HeldReply({ reply, read, shape, texts });
      held.waitsFor(underNamesOf(vocabulary, () => netsync.submit(params, held)));
      if (read.keepaliveMs !== undefined) held.keepAlive(read.keepaliveMs, clock);
    };
    // Without a handler of its own, HEAD would wait, and take part in a sync, as GET does.
    app.get(path, { exposeHeadRoute: false }, handler);
    app.post(path, handler);
  };
  serve('/event', eventVocabulary, payloadsByActor);
  serve('/match', matchVocabulary, allRequests);
  direct?.onGet('/event', directEvent({ netsync, texts, host: direct }));

  app.get<{ Querystring: Readonly<Record<string, unknown>> }>('/stats', ({ query }, reply) => {
    const output = readOutput(query);
    return reply.type(contentTypes[output]).send(formatOutput(netsync.stats(), output));
  });
}
