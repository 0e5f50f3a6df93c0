import type { ConnectionOptions } from 'node:tls';
import { backoffMs, silentLog, systemClock, type Clock, type Log, type SyncytiumError } from '@syncytium/kit';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { brokerError, replyCode, unreachable } from './redis-errors.js';
import { describeTarget, type RedisAddress, type RedisBrokerOptions } from './redis-options.js';
import { integerReply } from './replies.js';

/** A client of one Redis or of a cluster; what this driver uses is the same for both. */
export type RedisClient = Redis | Cluster;

/** Replies look the same in RESP2 and RESP3. */
type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

const connectTimeoutMsDefault = 5000;
const commandTimeoutMsDefault = 30_000;

/**
 * Makes clients after one set of options: lasting ones, which come back after a loss within the bounds of `reconnect`,
 * and dedicated ones, which stay lost.
 */
export class RedisClients {
  readonly target: string;
  readonly clock: Clock;
  readonly #options: RedisBrokerOptions;
  readonly #log: Log;

  constructor(options: RedisBrokerOptions) {
    this.#options = options;
    this.target = describeTarget(options);
    this.clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
  }

  /** A connected lasting client. `onEnd` is told once when it is lost for good; not before this has resolved. */
  async connectLasting(onEnd: (error: SyncytiumError) => void): Promise<RedisClient> {
    const { cluster } = this.#options;
    const client = cluster ? this.#createCluster(cluster) : new Redis(this.#lastingOptions());
    const lastError = await this.#connect(client);
    client.on('end', () => onEnd(unreachable(lastError() ?? 'the connection was lost', this.target)));
    return client;
  }

  /** A connected client of its own to the one Redis, or to the node of a cluster at `address`, and its number there. */
  async connectDedicated(address?: RedisAddress): Promise<{ readonly client: Redis; readonly clientId: number }> {
    const client = new Redis({
      ...(address ? this.#commonOptions() : this.#redisOptions()),
      ...address,
      retryStrategy: () => null,
      enableReadyCheck: false,
      disableClientInfo: true,
    });
    await this.#connect(client);
    try {
      // Asked for now, and never while a session is going on.
      return { client, clientId: integerReply(await this.#inTime(client.callBuffer('CLIENT', 'ID'))) };
    } catch (error) {
      client.disconnect();
      throw this.error(error);
    }
  }

  /** Longest time for an answer to a command that does not wait, in milliseconds. */
  get commandTimeoutMs(): number {
    return this.#options.commandTimeoutMs ?? commandTimeoutMsDefault;
  }

  /** An error of a client as this driver throws it. */
  error(error: unknown): SyncytiumError {
    return brokerError(error, this.target);
  }

  /** Resolves with a function that tells the last error; throws when there is no connection in time. */
  async #connect(client: RedisClient): Promise<() => unknown> {
    let lastError: unknown;
    // Without a listener, the client library prints such errors.
    client.on('error', (error: unknown) => {
      lastError = error;
      this.#log.debug('a Redis connection failed', { target: this.target, err: error });
    });
    client.on('node error', (error: unknown) => (lastError = error));
    try {
      await this.#inTime(client.connect());
    } catch (error) {
      client.disconnect();
      throw this.error(lastError ?? error);
    }
    // The client library goes on when the database cannot be selected, in a database that was not asked for. That some
    // node of a cluster, or some Sentinel, was not there is no reason to give up: another one was.
    if (replyCode(lastError) !== undefined) {
      client.disconnect();
      throw this.error(lastError);
    }
    return () => lastError;
  }

  /** Something that must be done within the time to connect. */
  #inTime<T>(work: Promise<T>): Promise<T> {
    const timeoutMs = this.#options.connectTimeoutMs ?? connectTimeoutMsDefault;
    return new Promise((resolve, reject) => {
      const timer = this.clock.setTimer(timeoutMs, () => reject(new Error(`no answer within ${timeoutMs} ms`)));
      work.then(resolve, reject).finally(() => timer.cancel());
    });
  }

  #lastingOptions(): ClientOptions {
    return {
      ...this.#redisOptions(),
      commandTimeout: this.commandTimeoutMs,
      retryStrategy: (attempt) => this.#retryDelayMs(attempt),
    };
  }

  #redisOptions(): ClientOptions {
    const { host, port, sentinel } = this.#options;
    if (!sentinel)
      return { ...this.#commonOptions(), ...(host !== undefined && { host }), ...(port !== undefined && { port }) };
    return {
      ...this.#commonOptions(),
      name: sentinel.name,
      sentinels: sentinel.nodes.map((node) => ({ ...node })),
      sentinelRetryStrategy: (attempt) => this.#retryDelayMs(attempt),
      enableTLSForSentinelMode: this.#tls() !== undefined,
      ...(sentinel.username !== undefined && { sentinelUsername: sentinel.username }),
      ...(sentinel.password !== undefined && { sentinelPassword: sentinel.password }),
      ...(sentinel.tls && { sentinelTLS: sentinel.tls }),
    };
  }

  /** What holds for a client of any node. */
  #commonOptions(): ClientOptions {
    const { database, username, password, clientName, connectTimeoutMs = connectTimeoutMsDefault } = this.#options;
    const tls = this.#tls();
    return {
      lazyConnect: true,
      connectTimeout: connectTimeoutMs,
      // Whether a command under way was executed when its line was lost is not known: it must not be sent again.
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      ...(database !== undefined && { db: database }),
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(clientName !== undefined && { connectionName: clientName }),
      ...(tls && { tls }),
    };
  }

  #tls(): ConnectionOptions | undefined {
    const { tls } = this.#options;
    return tls === true ? {} : tls === false ? undefined : tls;
  }

  #createCluster({ nodes, natMap }: NonNullable<RedisBrokerOptions['cluster']>): Cluster {
    return new Cluster(
      nodes.map((node) => ({ ...node })),
      {
        lazyConnect: true,
        redisOptions: {
          ...this.#commonOptions(),
          commandTimeout: this.commandTimeoutMs,
        },
        clusterRetryStrategy: (attempt) => this.#retryDelayMs(attempt),
        slotsRefreshTimeout: this.#options.connectTimeoutMs ?? connectTimeoutMsDefault,
        ...(natMap && { natMap: { ...natMap } }),
      },
    );
  }

  /** `null` when there were attempts enough. */
  #retryDelayMs(attempt: number): number | null {
    const { attemptsMax = 20, delayMsMin = 50, delayMsMax = 2000 } = this.#options.reconnect ?? {};
    return attempt > attemptsMax ? null : backoffMs(attempt, { delayMsMin, delayMsMax });
  }
}
