import { AbortedError } from '@syncytium/kit';
import type { Netsync, Sync, SyncListener } from '@syncytium/netsync';
import {
  onConnectionLost,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from '@syncytium/transport/http';
import {
  allRequests,
  AnswerTexts,
  contentTypes,
  formatOutput,
  payloadsByActor,
  type AnswerShape,
} from './answer-text.js';
import {
  actorOf,
  eventVocabulary,
  matchVocabulary,
  readRequest,
  underNamesOf,
  type OutputFormat,
  type ReadRequest,
  type Vocabulary,
} from './read-request.js';

export interface SyncRoutesOptions {
  readonly netsync: Netsync;
}

/** `/event`, `/match` and `/stats`. */
export function syncRoutes(app: FastifyInstance, { netsync }: SyncRoutesOptions): void {
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
    };
    // Without a handler of its own, HEAD would wait, and take part in a sync, as GET does.
    app.get(path, { exposeHeadRoute: false }, handler);
    app.post(path, handler);
  };
  serve('/event', eventVocabulary, payloadsByActor);
  serve('/match', matchVocabulary, allRequests);

  app.get<{ Querystring: { output?: string } }>('/stats', ({ query }, reply) => {
    const output = query.output === 'yaml' ? 'yaml' : 'json';
    return reply.type(contentTypes[output]).send(formatOutput(netsync.stats(), output));
  });
}

interface HeldReplyOptions {
  readonly reply: FastifyReply;
  readonly read: ReadRequest;
  readonly shape: AnswerShape;
  readonly texts: AnswerTexts;
}

/** The answer of one HTTP request, held back until its request syncs; given up when the client goes away. */
class HeldReply implements SyncListener {
  readonly #reply: FastifyReply;
  readonly #output: OutputFormat;
  readonly #shape: AnswerShape;
  readonly #texts: AnswerTexts;
  #isAnswered = false;
  #forgetConnection: (() => void) | undefined;

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

  onSync(sync: Sync, { id, since }: Parameters<SyncListener['onSync']>[1]): void {
    this.#isAnswered = true;
    this.#forgetConnection?.();
    this.#reply.headers({
      'content-type': contentTypes[this.#output],
      'netsync-request-id': id,
      'netsync-match-id': sync.id,
      'netsync-wait-ms': Math.round(sync.at - since),
    });
    void this.#reply.send(this.#texts.textOf(sync, this.#shape, this.#output));
  }

  onError(error: Error): void {
    this.#isAnswered = true;
    this.#forgetConnection?.();
    // Given up because the client is gone: there is nobody to answer.
    if (!(error instanceof AbortedError)) void this.#reply.send(error);
  }
}
