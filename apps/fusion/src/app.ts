import { Engine, type InterfaceFacts, type InterfaceName } from '@syncytium/fusion';
import { Lifecycle, WaitTable } from '@syncytium/kit';
import { packageVersion, UsageError, type App, type AppDeps } from '@syncytium/program';
import type { HttpHost } from '@syncytium/transport/http';
import type { WsHost } from '@syncytium/transport/ws';
import { readConfigFile } from './config-file.js';
import type { FusionConfig } from './config.js';
import { planInterfaces, type InterfacePlan } from './interfaces.js';
import { createRestInterface } from './rest-interface.js';
import { serverInfo } from './server-info.js';
import { createWsInterface } from './ws-interface.js';

interface OpenInterface {
  readonly name: InterfaceName;
  readonly plan: InterfacePlan;
  readonly host: HttpHost | WsHost;
}

/**
 * Builds the server: an engine and its interfaces. Reads the configuration file if there is one; nothing listens before
 * `start`. Throws `UsageError` for a configuration that cannot be used.
 *
 * @see docs/spec/fusion.md
 */
export function buildApp(config: FusionConfig, { log, metrics, clock, prng }: AppDeps): App {
  if (config.whenFull === 'evict-lru' && config.memoryMax === undefined)
    throw new UsageError('--when-full evict-lru needs --memory-max', '--when-full');
  const plans = planInterfaces(config, config.config === undefined ? {} : readConfigFile(config.config));
  const version = packageVersion(import.meta.url);
  const lifecycle = new Lifecycle({ log, clock });
  const waits = new WaitTable({ system: 'fusion', clock });
  const open: OpenInterface[] = [];
  const engine = new Engine({
    clock,
    prng,
    waits,
    log,
    metrics,
    queueMax: config.queueMax,
    pollWindowMs: config.pollWindow,
    whenFull: config.whenFull,
    ...(config.memoryMax !== undefined && { memoryBytesMax: config.memoryMax }),
    ...(config.threads > 0 && { threads: { count: config.threads } }),
    serverInfo: () => serverInfo(version, config.threads, Object.fromEntries(open.map(describeInterface))),
  });

  const { rest, standard, bulk } = plans;
  if (rest) {
    const isReady = (): boolean => lifecycle.state === 'running';
    open.push({
      name: 'rest',
      plan: rest,
      host: createRestInterface({ plan: rest, engine, waits, metrics, isReady, log }),
    });
  }
  if (standard)
    open.push({
      name: 'standard',
      plan: standard,
      host: createWsInterface({ from: 'standard', plan: standard, engine, clock, log }),
    });
  if (bulk)
    open.push({ name: 'bulk', plan: bulk, host: createWsInterface({ from: 'bulk', plan: bulk, engine, clock, log }) });

  for (const { host } of open) lifecycle.add(host);
  // Last, and so drained first: what is under way is answered before the interfaces close their connections.
  lifecycle.add({ name: 'fusion engine', drain: (signal) => engine.drain(signal), stop: () => engine.close() });

  return {
    name: 'fusion',
    waits: [waits],
    async start() {
      await lifecycle.start();
      return open.map(({ host }) => host.url);
    },
    stop: () => lifecycle.stop(),
  };
}

function describeInterface({ name, plan, host }: OpenInterface): readonly [InterfaceName, InterfaceFacts] {
  const { host: ip, port } = host.address;
  return [name, { ip, port, maxReadSize: plan.bytesMax }];
}
