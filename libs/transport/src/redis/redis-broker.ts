import { ClosedError, type SyncytiumError } from '@syncytium/kit';
import { Cluster, type Redis } from 'ioredis';
import type { Broker, BrokerConnection, Subscription } from '../broker.js';
import type { Argument } from './argument.js';
import { ClusterConnection, type NodeAddress } from './cluster-connection.js';
import { RedisClients, type RedisClient } from './redis-clients.js';
import { RedisCommands } from './redis-commands.js';
import { RedisConnection } from './redis-connection.js';
import { resolveOptions, type RedisAddress, type RedisBrokerOptions } from './redis-options.js';
import { RedisSubscriptions } from './redis-subscriptions.js';
import { scanKeys, type ScannedKeys } from './scan-keys.js';
import { sendCommand } from './send-command.js';
import { arrayReply, integerReply, namesReply } from './replies.js';

/**
 * A broker in a Redis, a Valkey or anything that speaks like one, through ioredis. One connection is shared by commands
 * that do not wait; every {@link BrokerConnection} has its own, and so have subscriptions.
 *
 * @see docs/spec/broker.md
 */
export class RedisBroker extends RedisCommands implements Broker {
  readonly driver = 'redis';
  readonly #clients: RedisClients;
  readonly #shared: RedisClient;
  readonly #lost = new AbortController();
  readonly #connections = new Set<BrokerConnection>();
  readonly #subscriptions: RedisSubscriptions;
  #closing: Promise<void> | undefined;

  private constructor(clients: RedisClients, shared: RedisClient) {
    super();
    this.#clients = clients;
    this.#shared = shared;
    this.#subscriptions = new RedisSubscriptions({
      connect: () => this.#clients.connectLasting((error) => this.#onLost(error)),
      error: (error) => this.#error(error),
    });
  }

  /**
   * Connects to the Redis of a URL or of options. Throws {@link BrokerError}: `broker_unreachable` when there is none
   * within `connectTimeoutMs`, `broker_denied` for a wrong password; `InvalidArgumentError` for a URL that is none.
   */
  static async connect(target: string | RedisBrokerOptions): Promise<RedisBroker> {
    const clients = new RedisClients(resolveOptions(typeof target === 'string' ? { url: target } : target));
    // Told only after this has resolved, when there is a broker to tell.
    const shared = await clients.connectLasting((error) => broker.#onLost(error));
    const broker = new RedisBroker(clients, shared);
    return broker;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  override async del(...keys: string[]): Promise<number> {
    if (!(this.#shared instanceof Cluster)) return super.del(...keys);
    // Keys of different nodes cannot be deleted by one command.
    const deleted = await Promise.all(keys.map((key) => super.del(key)));
    return deleted.reduce((sum, count) => sum + count, 0);
  }

  async subscribe(channel: string, listener: (message: Uint8Array) => void): Promise<Subscription> {
    this.#checkOpen();
    return this.#subscriptions.subscribe(channel, listener);
  }

  async channels(pattern?: string): Promise<string[]> {
    const args = pattern === undefined ? ['CHANNELS'] : ['CHANNELS', pattern];
    const lists = await this.#callEveryNode('PUBSUB', args);
    return [...new Set(lists.flatMap(namesReply))];
  }

  async subscriberCount(channel: string): Promise<number> {
    const replies = await this.#callEveryNode('PUBSUB', ['NUMSUB', channel]);
    return replies.reduce<number>((sum, reply) => sum + integerReply(arrayReply(reply)[1]), 0);
  }

  /**
   * Keys whose names match the glob, in a cluster those of all its nodes. At most about `keysMax` keys are looked at,
   * whether they match or not; one that comes or goes meanwhile may be missed.
   */
  async scan(pattern: string, keysMax: number): Promise<ScannedKeys> {
    this.#checkOpen();
    const nodes = this.#shared instanceof Cluster ? this.#shared.nodes('master') : [this.#shared];
    try {
      return await scanKeys(nodes, pattern, keysMax);
    } catch (error) {
      throw this.#error(error);
    }
  }

  async connect(): Promise<BrokerConnection> {
    this.#checkOpen();
    const shared = this.#shared;
    const connection =
      shared instanceof Cluster ? this.#clusterConnection(shared) : await this.#connection(shared, undefined);
    // It may have been closed meanwhile.
    if (this.#closing) {
      await connection.close();
      this.#checkOpen();
    }
    this.#connections.add(connection);
    return connection;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  protected async call(command: string, args: readonly Argument[]): Promise<unknown> {
    this.#checkOpen();
    try {
      return await sendCommand(this.#shared, command, args);
    } catch (error) {
      throw this.#error(error);
    }
  }

  async #close(): Promise<void> {
    await Promise.all([...[...this.#connections].map((connection) => connection.close()), this.#subscriptions.close()]);
    this.#shared.disconnect();
  }

  /** A line to the one Redis, or to one node of a cluster, whose waits are ended through `control`. */
  async #connection(control: Redis, address: RedisAddress | undefined): Promise<RedisConnection> {
    const dedicated = await this.#clients.connectDedicated(address).catch((error: unknown) => {
      throw this.#error(error);
    });
    const connection: RedisConnection = new RedisConnection({
      ...dedicated,
      clock: this.#clients.clock,
      answerTimeoutMs: this.#clients.commandTimeoutMs,
      unblock: async (id) => integerReply(await control.callBuffer('CLIENT', 'UNBLOCK', id, 'ERROR')) === 1,
      error: (error) => this.#clients.error(error),
      onClose: () => this.#connections.delete(connection),
    });
    return connection;
  }

  #clusterConnection(cluster: Cluster): ClusterConnection {
    const connection = new ClusterConnection({
      nodeOf: (slot) => cluster.slots[slot]?.[0],
      connect: (node) => {
        const [host, port] = splitAddress(node);
        const control = cluster.nodes().find(({ options }) => options.host === host && options.port === port);
        if (!control) throw this.#error(new Error(`the cluster has no node ${node}`));
        return this.#connection(control, { host, port });
      },
      onClose: () => this.#connections.delete(connection),
    });
    return connection;
  }

  /** Every node knows only its own subscribers; those of one that is not there are not connected to it either. */
  async #callEveryNode(command: string, args: readonly string[]): Promise<unknown[]> {
    this.#checkOpen();
    const nodes = this.#shared instanceof Cluster ? this.#shared.nodes() : [this.#shared];
    const answers = await Promise.allSettled(nodes.map((node) => node.callBuffer(command, [...args])));
    const replies = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (replies.length === 0) throw this.#error(failed?.reason ?? new Error('the cluster has no node'));
    return replies;
  }

  #onLost(error: SyncytiumError): void {
    if (!this.#closing) this.#lost.abort(error);
  }

  #error(error: unknown): SyncytiumError {
    return this.#closing ? this.#closedError() : this.#clients.error(error);
  }

  #checkOpen(): void {
    if (this.#closing) throw this.#closedError();
  }

  #closedError(): ClosedError {
    return new ClosedError('broker', { driver: this.driver });
  }
}

function splitAddress(node: NodeAddress): [host: string, port: number] {
  const colon = node.lastIndexOf(':');
  return [node.slice(0, colon), Number(node.slice(colon + 1))];
}
