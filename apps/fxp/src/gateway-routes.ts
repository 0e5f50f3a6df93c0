import { durationMs, InvalidArgumentError } from '@syncytium/kit';
import type { JsonObject, ServiceSummary } from '@syncytium/fxp';
import { requestSignal, type FastifyInstance } from '@syncytium/transport/http';
import type { Gateway } from './gateway.js';
import type { SessionView } from './session-list.js';

export interface GatewayRoutesOptions {
  readonly gateway: () => Gateway;
  readonly services: () => Promise<readonly ServiceSummary[]>;
  readonly sessions: () => Promise<readonly SessionView[]>;
}

/**
 * The gateway over HTTP, for programs without a Redis client.
 *
 * @see docs/spec/fxp.md
 */
export function gatewayRoutes(app: FastifyInstance, { gateway, services, sessions }: GatewayRoutesOptions): void {
  app.get('/services', async () => ({ services: await services() }));

  app.get('/sessions', async () => ({ sessions: await sessions() }));

  app.post<{ Params: { service: string } }>('/services/:service/sessions', async ({ params, body }, reply) => {
    const options = body === undefined || body === null ? {} : readObject(body);
    const id = readText(options, 'id');
    const timeout = readText(options, 'timeout');
    const opened = await gateway().open({
      service: params.service,
      ...(id !== undefined && { id }),
      ...(timeout !== undefined && { timeout: durationMs(timeout, 'timeout') }),
    });
    return reply
      .code(201)
      .header('location', `/sessions/${encodeURIComponent(opened.id)}`)
      .send(opened);
  });

  app.post<{ Params: { id: string }; Querystring: { timeout?: unknown } }>(
    '/sessions/:id/call',
    async (request, reply) => {
      const { timeout } = request.query;
      if (timeout !== undefined && typeof timeout !== 'string')
        throw new InvalidArgumentError('timeout', 'must be given once');
      return gateway().call(request.params.id, readObject(request.body), {
        ...(timeout !== undefined && { timeout: durationMs(timeout, 'timeout') }),
        signal: requestSignal(request, reply),
      });
    },
  );

  app.delete<{ Params: { id: string } }>('/sessions/:id', async ({ params }, reply) => {
    await gateway().close(params.id);
    return reply.code(204).send();
  });
}

function readObject(body: unknown): JsonObject {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as JsonObject;
  throw new InvalidArgumentError('body', 'must be a JSON object');
}

function readText(options: JsonObject, field: string): string | undefined {
  const value = options[field];
  if (value === undefined || typeof value === 'string') return value;
  throw new InvalidArgumentError(field, 'must be a text');
}
