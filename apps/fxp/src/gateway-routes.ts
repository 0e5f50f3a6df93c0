import { durationMs, InvalidArgumentError } from '@syncytium/kit';
import type { PayloadCodec } from '@syncytium/fxp';
import { HttpError, requestSignal, type FastifyInstance } from '@syncytium/transport/http';
import type { Gateway } from './gateway.js';
import { isJsonObject } from './json-object.js';
import { toPlainJson } from './plain-json.js';
import type { ServiceView } from './service-list.js';
import type { SessionList } from './session-list.js';
import { readSessionRequest } from './session-request.js';

export interface GatewayRoutesOptions {
  readonly gateway: () => Gateway;
  readonly services: () => Promise<readonly ServiceView[]>;
  readonly sessions: () => Promise<SessionList>;
}

const bytesType = 'application/octet-stream';

/**
 * The gateway over HTTP, for programs without a Redis client.
 *
 * @see docs/spec/fxp.md
 */
export function gatewayRoutes(app: FastifyInstance, { gateway, services, sessions }: GatewayRoutesOptions): void {
  app.addContentTypeParser(bytesType, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.get('/services', async () => ({ services: await services() }));

  app.get('/sessions', () => sessions());

  app.post<{ Params: { service: string } }>('/services/:service/sessions', async (request, reply) => {
    const { params, body } = request;
    const asked = body === undefined || body === null ? {} : body;
    if (!isJsonObject(asked)) throw new InvalidArgumentError('body', 'must be a JSON object');
    const signal = requestSignal(request, reply);
    const { id, service, mode, codec } = await gateway().open({
      ...readSessionRequest(asked),
      service: params.service,
      signal,
    });
    // Nobody would know of it.
    if (signal.aborted) await gateway().close(id);
    return reply
      .code(201)
      .header('location', `/sessions/${encodeURIComponent(id)}`)
      .send({ id, service, mode, codec });
  });

  app.post<{ Params: { id: string }; Querystring: { timeout?: unknown } }>(
    '/sessions/:id/call',
    async (request, reply) => {
      const { timeout } = request.query;
      if (timeout !== undefined && typeof timeout !== 'string')
        throw new InvalidArgumentError('timeout', 'must be given once');
      const { id } = request.params;
      const codec = gateway().codecOf(id);
      const output = await gateway().call(id, readInput(request.body, codec), {
        ...(timeout !== undefined && { timeout: durationMs(timeout, 'timeout') }),
        signal: requestSignal(request, reply),
      });
      if (codec === 'raw') return reply.type(bytesType).send(output);
      return reply.type('application/json; charset=utf-8').send(toPlainJson(output));
    },
  );

  app.delete<{ Params: { id: string } }>('/sessions/:id', async ({ params }, reply) => {
    await gateway().close(params.id);
    return reply.code(204).send();
  });
}

/** What a call's body is to the session's codec: bytes, any JSON, or an object. */
function readInput(body: unknown, codec: PayloadCodec): unknown {
  const isBytes = Buffer.isBuffer(body);
  if (isBytes !== (codec === 'raw')) {
    const type = codec === 'raw' ? bytesType : 'application/json';
    throw new HttpError(415, 'unsupported_media_type', `a call of a session of ${codec} has a body of ${type}`, {
      details: { accepted: [type] },
    });
  }
  if (codec === 'json' && !isJsonObject(body)) throw new InvalidArgumentError('body', 'must be a JSON object');
  if (body === undefined) throw new InvalidArgumentError('body', 'is missing');
  return body;
}
