/**
 * An HTTP server with everything the programs have in common: errors as JSON, limits, `/healthz`, `/readyz`,
 * `/metrics`, `/waits`, requests that may wait as long as they like, and a graceful stop.
 *
 * @example
 * ```ts
 * import { createHttpHost } from '@syncytium/transport/http';
 *
 * const host = createHttpHost({
 *   name: 'hello',
 *   listen: { port: 0 },
 *   routes: (app) => {
 *     app.get('/hello', () => ({ hello: 'world' }));
 *   },
 * });
 * await host.start();
 * console.log(await (await fetch(`${host.url}/hello`)).text()); // {"hello":"world"}
 * await host.stop();
 * ```
 *
 * @packageDocumentation
 */
export type { AllowedHosts } from './allowed-hosts.js';
export { originRefusal, resolveOrigins, type AllowedOrigins } from './allowed-origins.js';
export type { DirectHandler } from './direct-routes.js';
export { createHttpHost, type HttpHost, type HttpHostOptions } from './http-host.js';
export { defaultHttpLimits, type HttpLimits } from './limits.js';
export { formatAddress, listenError, type ListenAddress, type ListenOptions } from '../listen.js';
export { parseJsonBody } from './json-body.js';
export { sendText } from './raw-answer.js';
export { refuseUpgrade } from './refuse-upgrade.js';
export { requestSignal } from './request-signal.js';
export { onConnectionLost } from './connections.js';
export { defaultErrorStatus, type ErrorStatus } from './error-answer.js';
export {
  BadJsonError,
  DrainingError,
  HostRefusedError,
  HttpError,
  MethodNotAllowedError,
  NotFoundError,
  OriginRefusedError,
  UpgradeRequiredError,
  type HttpErrorOptions,
} from './errors.js';
export type { MetricsSource } from './operational-routes.js';
export type { TlsOptions } from './node-server.js';
export type { UpgradeHandler } from './upgrades.js';
export type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
