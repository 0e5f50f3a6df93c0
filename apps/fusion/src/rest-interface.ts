import type { Answer, Engine } from '@syncytium/fusion';
import type { Log, WaitTable } from '@syncytium/kit';
import { packageVersion } from '@syncytium/program';
import {
  createHttpHost,
  onConnectionLost,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type HttpHost,
  type MetricsSource,
} from '@syncytium/transport/http';
import { openApiRoute } from '@syncytium/transport/openapi';
import type { InterfacePlan } from './interfaces.js';
import { openApiDocument } from './openapi/document.js';

export interface RestInterfaceOptions {
  readonly plan: InterfacePlan;
  readonly engine: Engine;
  readonly waits: WaitTable;
  readonly metrics: MetricsSource;
  readonly isReady: () => boolean;
  readonly log: Log;
}

/**
 * The REST interface: one query in the body of a POST or GET of `/`, its response as the answer. A query that fails is
 * answered 400, one that the engine has no room for 503, one that wants no answer 204.
 *
 * @see docs/spec/fusion.md
 */
export function createRestInterface({ plan, engine, waits, metrics, isReady, log }: RestInterfaceOptions): HttpHost {
  const { host, port, bytesMax, hosts } = plan;
  return createHttpHost({
    name: 'fusion',
    listen: { host, port },
    ...(hosts && { hosts }),
    limits: { bodyBytesMax: bytesMax },
    waits: [waits],
    metrics,
    isReady,
    log,
    routes: (app) => {
      serveQueries(app, engine);
      openApiRoute(app, openApiDocument(packageVersion(import.meta.url)));
    },
  });
}

const noBody = Buffer.alloc(0);

function serveQueries(app: FastifyInstance, engine: Engine): void {
  // Whatever the client calls it, the body is a query, and only the engine judges it.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  app.route({
    method: ['GET', 'POST'],
    url: '/',
    exposeHeadRoute: false,
    handler: (request, reply) => answerQuery(engine, request, reply),
  });
}

function answerQuery(engine: Engine, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const connection = engine.connect('rest', `rest ${request.ip}:${request.socket.remotePort ?? 0}`);
  const forget = onConnectionLost(request.raw, () => connection.close());
  connection.submit((request.body as Buffer | undefined) ?? noBody, (answer) => {
    forget();
    connection.close();
    sendAnswer(reply, answer);
  });
  return reply;
}

function sendAnswer(reply: FastifyReply, { bytes, hasFailed, isRefused }: Answer): void {
  if (isRefused) void reply.code(503).header('retry-after', '1');
  else if (hasFailed) void reply.code(400);
  else if (bytes === undefined) void reply.code(204);
  if (bytes === undefined) void reply.send();
  else void reply.type('application/json').send(bytes);
}
