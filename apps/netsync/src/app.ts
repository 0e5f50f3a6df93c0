import cors from '@fastify/cors';
import { Lifecycle, WaitTable } from '@syncytium/kit';
import { defaultNetsyncLimits, Netsync, type NetsyncLimits } from '@syncytium/netsync';
import { packageVersion, type App, type AppDeps } from '@syncytium/program';
import { createHttpHost, type AllowedOrigins, type HttpHost } from '@syncytium/transport/http';
import { openApiRoute } from '@syncytium/transport/openapi';
import { createWsHost } from '@syncytium/transport/ws';
import type { NetsyncConfig } from './config.js';
import { errorStatus } from './errors.js';
import { openApiDocument } from './openapi/document.js';
import { readTls } from './read-tls.js';
import { requestLog, standardError, type LogSink } from './request-log.js';
import { syncRoutes } from './sync-routes.js';
import { SyncTexts } from './sync-texts.js';
import { WsSession } from './ws-session.js';

/** Connections beyond those of waiting requests: for statistics, metrics, and requests that sync at once. */
const spareConnections = 1000;
/** In JSON a character of the payload may take six bytes; the other parameters take some thousand at most. */
const bodyBytesFor = (payloadBytesMax: number): number => payloadBytesMax * 6 + 64 * 1024;

/**
 * Builds the server; nothing listens before `start`. Throws `UsageError` for a configuration that cannot be used.
 * Requests are logged to `logSink` (stderr unless told).
 *
 * @see docs/spec/netsync.md
 */
export function buildApp(config: NetsyncConfig, deps: AppDeps, logSink: LogSink = standardError(process.env)): App {
  const { log, metrics, clock, prng } = deps;
  const tls = readTls(config.tlsCert, config.tlsKey);
  const waits = new WaitTable({ system: 'netsync', clock });
  const onTrace = requestLog(config.log, logSink, clock);
  const limits: NetsyncLimits = {
    ...defaultNetsyncLimits,
    pendingMax: config.maxPending,
    pendingPerEventMax: config.maxPendingPerEvent,
    matesMax: config.maxMates,
    payloadBytesMax: config.maxPayload,
  };
  const netsync = new Netsync({
    limits,
    waits,
    clock,
    prng,
    metrics,
    ...(onTrace && { onTrace }),
  });
  const origins = originsOf(config.cors);
  const http: HttpHost = createHttpHost({
    name: 'netsync',
    listen: config.address,
    ...(config.allowedHosts && { hosts: config.allowedHosts }),
    limits: {
      connectionsMax: config.maxPending + spareConnections,
      bodyBytesMax: bodyBytesFor(config.maxPayload),
      // A payload may come in the URL.
      headerBytesMax: 64 * 1024,
    },
    origins,
    waits: [waits],
    metrics,
    errorStatus,
    log,
    // Every waiter is answered, so that nothing holds up the drain.
    onDrain: () => netsync.close(),
    routes: async (app) => {
      const isForPages = config.cors.length > 0;
      if (isForPages) await app.register(cors, { origin: config.cors.includes('*') ? '*' : [...config.cors] });
      // The headers of CORS come from a hook.
      syncRoutes(app, { netsync, clock, ...(!isForPages && { direct: http }) });
      openApiRoute(app, openApiDocument({ version: packageVersion(import.meta.url), limits }));
    },
    ...(tls && { tls }),
  });
  const texts = new SyncTexts();
  const ws = createWsHost({
    name: 'netsync',
    http,
    path: '/ws',
    limits: { messageBytesMax: bodyBytesFor(config.maxPayload) },
    origins,
    log,
    clock,
    onDrain: () => netsync.close(),
    onConnection: (connection) =>
      new WsSession({
        netsync,
        texts,
        outstandingMax: config.maxOutstanding,
        send: (text) => void connection.send(text),
      }),
  });
  const lifecycle = new Lifecycle({ log, clock }).add(http).add(ws);
  lifecycle.add({ name: 'netsync', stop: () => netsync.close() });
  return {
    name: 'netsync',
    waits: [waits],
    async start() {
      await lifecycle.start();
      return [http.url];
    },
    stop: () => lifecycle.stop(),
  };
}

/** Pages of the server itself, and of those that are told. */
function originsOf(cors: readonly string[]): AllowedOrigins {
  if (cors.includes('*')) return 'any';
  return cors.length > 0 ? cors : 'same';
}
