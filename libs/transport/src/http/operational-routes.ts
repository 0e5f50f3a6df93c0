import { findCycles, InvalidArgumentError, type WaitTable } from '@syncytium/kit';
import type { FastifyInstance } from 'fastify';
import { HttpError } from './errors.js';

/** What `GET /metrics` answers. */
export interface MetricsSource {
  /** MIME type of what `render` gives. */
  readonly contentType: string;
  render(): string | Promise<string>;
}

export interface OperationalOptions {
  readonly name: string;
  readonly waits: readonly WaitTable[];
  readonly metrics: MetricsSource | undefined;
  /** Why the program takes no work at present; `undefined` when it does. */
  readonly notReady: () => string | undefined | Promise<string | undefined>;
}

const waitsListMax = 10_000;
const waitsListDefault = 1000;

/** Paths that are answered even while the host drains. */
export const operationalPaths: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics', '/waits']);

/** `/healthz`, `/readyz`, `/metrics` and `/waits`, for whoever runs the program. */
export function operationalRoutes(app: FastifyInstance, { name, waits, metrics, notReady }: OperationalOptions): void {
  app.get('/healthz', () => ({ status: 'ok', name }));

  app.get('/readyz', async () => {
    const reason = await notReady();
    if (reason !== undefined)
      throw new HttpError(503, 'not_ready', `${name} is not ready: ${reason}`, { details: { reason } });
    return { status: 'ready', name };
  });

  if (metrics) {
    app.get('/metrics', async (_request, reply) => {
      const text = await metrics.render();
      return reply.type(metrics.contentType).send(text);
    });
  }

  app.get<{ Querystring: { limit?: unknown } }>('/waits', ({ query }) => {
    const limit = listLimit(query.limit);
    const counts = Object.fromEntries(waits.map((table) => [table.system, table.counts()]));
    const listed = waits.flatMap((table) => table.list({ limit })).slice(0, limit);
    return { counts, waits: listed, cycles: findCycles(listed) };
  });
}

function listLimit(text: unknown): number {
  if (text === undefined) return waitsListDefault;
  const limit = typeof text === 'string' && /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(limit <= waitsListMax))
    throw new InvalidArgumentError(
      'limit',
      `must be a whole number from 0 to ${waitsListMax}, got ${JSON.stringify(text)}`,
    );
  return limit;
}
