import { Lifecycle } from '@syncytium/kit';
import { packageVersion, type App, type AppDeps, type Env } from '@syncytium/program';
import { createHttpHost } from '@syncytium/transport/http';
import { openApiRoute } from '@syncytium/transport/openapi';
import type { ServerName, SyncytiumConfig } from './config.js';
import { openApiDocument } from './openapi.js';
import { builders } from './servers.js';

/** All chosen servers as one app. */
export interface SyncytiumApp extends App {
  /** The addresses of each server, once it has started. */
  readonly addresses: ReadonlyMap<ServerName, readonly string[]>;
}

/**
 * Builds the chosen servers and, above them, an HTTP host that answers for all: `/waits` with the rings over every
 * system, `/metrics`, `/healthz`, `/readyz`, `/openapi.json`. `env` is where the servers find their own settings.
 */
export function buildApp(config: SyncytiumConfig, deps: AppDeps, env: Env = {}): SyncytiumApp {
  const apps = config.only.map((name) => {
    // One process, one registry: every server's `/metrics` shows it.
    return { name, app: builders[name](config, { ...deps, log: deps.log.child({ server: name }) }, env) };
  });
  const waits = apps.flatMap(({ app }) => app.waits);
  const addresses = new Map<ServerName, readonly string[]>();
  const lifecycle = new Lifecycle({ log: deps.log, clock: deps.clock });
  const http = createHttpHost({
    name: 'syncytium',
    listen: config.http,
    ...(config.allowedHosts && { hosts: config.allowedHosts }),
    log: deps.log,
    metrics: deps.metrics,
    waits,
    isReady: () => addresses.size === apps.length,
    routes: (app) => openApiRoute(app, openApiDocument(packageVersion(import.meta.url))),
  });
  lifecycle.add(http);
  for (const { name, app } of apps) {
    lifecycle.add({
      name,
      start: async () => void addresses.set(name, await app.start()),
      drain(signal) {
        // A server drains and releases in its own order; a second stop tells it to hurry.
        signal.addEventListener('abort', () => void app.stop(), { once: true });
        return app.stop();
      },
      stop: () => app.stop(),
    });
  }
  return {
    name: 'syncytium',
    waits,
    addresses,
    async start() {
      await lifecycle.start();
      return [http.url, ...[...addresses.values()].flat()];
    },
    stop: () => lifecycle.stop(),
  };
}
