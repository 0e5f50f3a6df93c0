import type { Clock, Component, Log, Metrics, WaitTable } from '@syncytium/kit';
import { InternalError } from '@syncytium/kit';
import type { Broker } from '@syncytium/transport';
import { MemoryBroker } from '@syncytium/transport/memory';
import type { RedisBroker } from '@syncytium/transport/redis';
import { RespServer } from '@syncytium/transport/resp';
import { observeBroker } from './broker-metrics.js';
import type { FxpConfig } from './config.js';
import { describeWait } from './describe-wait.js';
import { keysInMemory, keysInRedis, type FoundKeys } from './find-keys.js';

const listenDefault = { host: '127.0.0.1', port: 6380 };

/** The broker that the program serves, and what it takes to have it. */
export interface BrokerHost extends Component {
  /** There from its start on. */
  readonly broker: Broker;
  /** Looks for the keys of sessions, whoever opened them. */
  findKeys(): Promise<FoundKeys>;
  /** For the `ready` line; empty when others listen for it. */
  readonly addresses: readonly string[];
}

export interface BrokerHostDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly waits: WaitTable;
}

/** A broker inside the process that speaks the Redis protocol. */
export function embeddedBroker(config: FxpConfig, { log, clock, metrics, waits }: BrokerHostDeps): BrokerHost {
  const broker = new MemoryBroker({ clock, bytesMax: config.maxMemory });
  const server = new RespServer({
    broker,
    listen: config.listen ?? listenDefault,
    limits: { clientsMax: config.maxClients },
    ...(config.password !== undefined && { password: config.password }),
    waits,
    describeWait,
    log,
  });
  observeBroker(metrics, () => server.facts());
  return {
    name: 'embedded broker',
    broker,
    findKeys: () => Promise.resolve(keysInMemory(broker)),
    get addresses() {
      return [server.url];
    },
    start: () => server.start(),
    drain: () => server.drain(),
    async stop() {
      await server.stop();
      await broker.close();
    },
  };
}

/** A Redis elsewhere. A gateway has nothing better to do than to try again when it is lost. */
export function remoteBroker(url: string, { log, clock }: BrokerHostDeps): BrokerHost {
  let broker: RedisBroker | undefined;
  const connected = (): RedisBroker => {
    if (!broker) throw new InternalError('the Redis is not connected');
    return broker;
  };
  return {
    name: 'Redis',
    get broker() {
      return connected();
    },
    findKeys: () => keysInRedis(connected()),
    addresses: [],
    async start() {
      const { RedisBroker } = await import('@syncytium/transport/redis');
      broker = await RedisBroker.connect({ url, clock, log, reconnect: { attemptsMax: Infinity } });
    },
    stop: () => broker?.close(),
  };
}
