import { Requestor } from '@syncytium/fxp';
import { InternalError, Lifecycle, WaitTable } from '@syncytium/kit';
import { packageVersion, type App, type AppDeps } from '@syncytium/program';
import { createHttpHost } from '@syncytium/transport/http';
import { openApiRoute } from '@syncytium/transport/openapi';
import { createWsHost } from '@syncytium/transport/ws';
import { embeddedBroker, remoteBroker } from './broker-host.js';
import type { FxpConfig } from './config.js';
import { errorStatus } from './errors.js';
import { openApiDocument } from './openapi/document.js';
import { gatewayRoutes } from './gateway-routes.js';
import { Gateway } from './gateway.js';
import { whyUnreachable } from './readiness.js';
import { listServicesInFull } from './service-list.js';
import { listSessions } from './session-list.js';
import { gatewayWs, servicePath } from './ws/gateway-ws.js';

/** Outgoing bytes of one WebSocket that may always wait. */
const bufferedBytesMin = 64 * 2 ** 20;

/**
 * Builds the server: a broker that speaks the Redis protocol, or a line to a Redis, and the HTTP gateway. Nothing listens
 * before `start`.
 *
 * @see docs/spec/fxp.md
 */
export function buildApp(config: FxpConfig, { log, metrics, clock, prng }: AppDeps): App {
  const waits = new WaitTable({ system: 'fxp', clock });
  const deps = { log, metrics, clock, waits };
  const host = config.redis === undefined ? embeddedBroker(config, deps) : remoteBroker(config.redis, deps);
  const lifecycle = new Lifecycle({ log, clock });

  let requestor: Requestor | undefined;
  let gateway: Gateway | undefined;
  const running = <T>(part: T | undefined): T => {
    if (part === undefined) throw new InternalError('fxp is not started');
    return part;
  };

  const http = createHttpHost({
    name: 'fxp',
    listen: config.http,
    ...(config.allowedHosts && { hosts: config.allowedHosts }),
    limits: { bodyBytesMax: config.maxBody },
    waits: [waits],
    metrics,
    errorStatus,
    isReady: () => lifecycle.state === 'running',
    notReady: () => whyUnreachable(host.broker, clock),
    onDrain: () => void gateway?.closeAll(),
    routes(app) {
      openApiRoute(app, openApiDocument(packageVersion(import.meta.url)));
      gatewayRoutes(app, {
        gateway: () => running(gateway),
        services: () => listServicesInFull(running(requestor)),
        sessions: async () => {
          const held = running(gateway).sessions();
          return listSessions({ held, broker: host.broker, found: await host.findKeys(), clock });
        },
      });
    },
    log,
  });
  const ws = createWsHost({
    name: 'fxp',
    http,
    path: servicePath,
    limits: {
      connectionsMax: config.maxSessions,
      messageBytesMax: config.maxBody,
      bufferedBytesMax: Math.max(bufferedBytesMin, 4 * config.maxBody),
    },
    onDrain: () => void gateway?.closeAll(),
    onConnection: (connection, request) =>
      gatewayWs(connection, request, {
        gateway: running(gateway),
        broker: host.broker,
        waits,
        clock,
        prng,
        log,
        capacityMax: config.maxSessions,
      }),
    log,
    clock,
  });
  metrics.observedGauge(
    { name: 'fxp_gateway_connections', help: 'WebSockets open to the gateway.' },
    () => ws.connectionCount,
  );
  metrics.observedGauge(
    { name: 'fxp_gateway_sessions', help: 'Sessions open through the gateway.' },
    () => gateway?.sessionCount ?? 0,
  );

  lifecycle.add(host);
  lifecycle.add({
    name: 'gateway',
    async start() {
      requestor = await Requestor.connect(host.broker, { log, clock, waits, prng });
      const { maxSessions: sessionsMax, sessionIdle: idleMs } = config;
      gateway = new Gateway({ requestor, clock, prng, log, sessionsMax, idleMs });
    },
    async stop() {
      await gateway?.closeAll();
      await requestor?.close();
    },
  });
  lifecycle.add(http);
  lifecycle.add(ws);

  return {
    name: 'fxp',
    waits: [waits],
    async start() {
      await lifecycle.start();
      return [...host.addresses, http.url];
    },
    stop: () => lifecycle.stop(),
  };
}
