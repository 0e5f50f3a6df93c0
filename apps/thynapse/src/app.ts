import { Lifecycle } from '@syncytium/kit';
import { packageVersion, type App, type AppDeps } from '@syncytium/program';
import { TransmitterNode } from '@syncytium/thynapse';
import { createHttpHost } from '@syncytium/transport/http';
import { openApiRoute } from '@syncytium/transport/openapi';
import { zeromqSockets } from '@syncytium/transport/zeromq';
import { calmLog } from './calm-log.js';
import type { ThynapseConfig } from './config.js';
import { transmitterCurve } from './curve.js';
import { transmitterAddresses } from './event-address.js';
import { openApiDocument } from './openapi/document.js';

/**
 * Builds the transmitter: command socket, event socket and HTTP. Nothing is bound before `start`. Throws `UsageError`
 * and `KeyFileError`.
 *
 * @see docs/spec/thynapse.md
 */
export function buildApp(config: ThynapseConfig, { log, metrics, clock, prng }: AppDeps): App {
  const {
    heartbeat: heartbeatMs,
    attempts,
    maxTasks: tasksMax,
    maxCells: cellsMax,
    eventQueue: eventQueueMax,
  } = config;
  const addresses = transmitterAddresses(config);
  const calm = calmLog(log, clock);
  const curve = transmitterCurve(config, calm);
  const transmitter = new TransmitterNode({
    sockets: zeromqSockets({ tunesGarbageCollection: true }),
    ...addresses,
    peers: config.peer,
    ...(curve && { curve }),
    eventQueueMax,
    limits: { heartbeatMs, attempts, tasksMax, cellsMax, rememberedMax: Math.max(100_000, 2 * tasksMax) },
    log: calm,
    metrics,
    clock,
    prng,
  });
  const lifecycle = new Lifecycle({ log, clock });
  const http = createHttpHost({
    name: 'thynapse',
    listen: config.http,
    ...(config.allowedHosts && { hosts: config.allowedHosts }),
    waits: [transmitter.waits],
    metrics,
    isReady: () => lifecycle.state === 'running',
    notReady: () => Promise.resolve(transmitter.isJoining ? 'it is joining other transmitters' : undefined),
    routes: (app) => {
      app.get('/topology', () => transmitter.topology());
      openApiRoute(app, openApiDocument(packageVersion(import.meta.url)));
    },
    log,
  });
  lifecycle.add(transmitter).add(http);
  return {
    name: 'thynapse',
    waits: [transmitter.waits],
    async start() {
      await lifecycle.start();
      return [transmitter.command, transmitter.event, http.url];
    },
    stop: () => lifecycle.stop(),
  };
}
