import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { getDefaultHighWaterMark } from 'node:stream';
import {
  Deadlines,
  InternalError,
  silentLog,
  type Clock,
  type Component,
  type Log,
  type WaitTable,
} from '@syncytium/kit';
import { formatAddress, listenAddress, listenError, type ListenAddress, type ListenOptions } from '../listen.js';
import type { Store } from '../keyspace/store.js';
import type { MemoryBroker } from '../memory/memory-broker.js';
import { resolveLimits } from '../resolve-limits.js';
import { defaultRespLimits, type RespLimits } from './limits.js';
import { Monitors } from './monitors.js';
import * as texts from './reply-texts.js';
import { RespConnection } from './resp-connection.js';
import type { Credentials, RespHost, WaitDescription, WaitingClient } from './resp-host.js';
import type { RespSession } from './resp-session.js';
import type { ServerFacts } from './server-facts.js';
import { TurnQueue } from './turn-queue.js';

export interface RespServerOptions {
  /** What the server gives access to. It stays the caller's: closing the server does not close it. */
  readonly broker: MemoryBroker;
  /** Loopback unless told; port 0 takes any free one. */
  readonly listen: ListenOptions;
  /** What clients must give before anything else (nothing unless told). */
  readonly password?: string;
  /** The user the password belongs to (`default` unless told). */
  readonly user?: string;
  readonly limits?: Partial<RespLimits>;
  /** Where the waits of blocked clients are kept for people to see. */
  readonly waits?: WaitTable;
  /**
   * What a client that waits for these keys is and waits for, as far as their names tell: shown in `waits`, unless it is
   * `undefined`, in place of the client's name or address.
   */
  readonly describeWait?: (client: WaitingClient, keys: readonly string[]) => WaitDescription | undefined;
  readonly log?: Log;
}

/**
 * Offers a memory broker to any Redis client over TCP: RESP2 and RESP3, pipelining, inline commands, blocking commands
 * in the order Redis serves them, pub/sub. What one packet of a client causes is sent in one write to each client that is
 * to be told.
 *
 * @see docs/spec/resp.md
 */
export class RespServer implements Component {
  readonly name = 'resp';
  readonly #listen: ListenOptions;
  readonly #server: Server;
  readonly #connections = new Map<number, RespConnection>();
  readonly #host: Host;
  readonly #log: Log;
  readonly #turns = new TurnQueue(setImmediate);
  #nextId = 1;
  #address: ListenAddress | undefined;

  constructor(options: RespServerOptions) {
    this.#listen = options.listen;
    this.#log = options.log ?? silentLog;
    this.#host = new Host(options, () => this.#address?.port ?? 0);
    this.#server = createServer(
      {
        // A client that has sent everything is still to get its replies.
        allowHalfOpen: true,
        // A socket tells only of having sent what was more than this.
        highWaterMark: Math.min(this.#host.limits.replyBytesHigh, getDefaultHighWaterMark(false)),
      },
      (socket) => this.#accept(socket),
    );
  }

  /** Where it listens; throws `InternalError` before `start` has resolved. */
  get address(): ListenAddress {
    if (!this.#address) throw new InternalError('the RESP server does not listen');
    return this.#address;
  }

  /** `redis://127.0.0.1:6380`, likewise. */
  get url(): string {
    return `redis://${formatAddress(this.address)}`;
  }

  /** What `INFO` tells clients. */
  facts(): ServerFacts {
    return this.#host.facts();
  }

  /** Listens. Throws `AddressError` (`address_in_use`, ...). */
  async start(): Promise<void> {
    const { host = '127.0.0.1', port } = this.#listen;
    try {
      this.#server.listen({ host, port });
      await once(this.#server, 'listening');
    } catch (error) {
      throw listenError(error, { host, port });
    }
    this.#server.on('error', (error) => this.#log.error('the RESP server failed', { err: error }));
    this.#address = listenAddress(this.#server.address());
  }

  /** Takes no new clients; those it has may finish. */
  drain(): void {
    this.#server.close();
  }

  /** Disconnects every client; what waits for a value gets none. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.#connections.values()) connection.destroy();
    this.#host.deadlines.close();
    await closed;
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= this.#host.limits.clientsMax) {
      this.#host.connectionsRejected++;
      socket.on('error', () => undefined);
      socket.end(`-${texts.tooManyClients}\r\n`, () => socket.destroy());
      return;
    }
    this.#host.connectionsReceived++;
    const connection = new RespConnection({
      host: this.#host,
      id: this.#nextId++,
      socket,
      turns: this.#turns,
      onClose: ({ session }) => {
        this.#connections.delete(session.id);
        this.#host.sessions.delete(session.id);
      },
    });
    this.#connections.set(connection.session.id, connection);
    this.#host.sessions.set(connection.session.id, connection.session);
  }
}

/** What all sessions of one server share. */
class Host implements RespHost {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: RespLimits;
  readonly credentials: Credentials | undefined;
  readonly waits: WaitTable | undefined;
  readonly deadlines: Deadlines;
  readonly sessions = new Map<number, RespSession>();
  readonly monitors = new Monitors((isWatched) => this.#watchOwn(isWatched));
  readonly memory = {
    reserve: (bytes: number): boolean => this.#reserve(bytes),
    release: (bytes: number): void => void (this.#reservedBytes -= bytes),
  };
  connectionsReceived = 0;
  connectionsRejected = 0;
  readonly #options: RespServerOptions;
  readonly #port: () => number;
  readonly #startedAt: number;
  #commandsProcessed = 0;
  #reservedBytes = 0;

  constructor(options: RespServerOptions, port: () => number) {
    const { broker, limits, password, user = 'default', waits, log = silentLog } = options;
    this.#options = options;
    this.#port = port;
    this.clock = broker.clock;
    this.log = log;
    this.limits = resolveLimits(defaultRespLimits, limits);
    this.credentials = password === undefined ? undefined : { user, password };
    this.waits = waits;
    this.deadlines = new Deadlines(this.clock);
    this.#startedAt = this.clock.now();
  }

  describeWait(client: WaitingClient, keys: readonly string[]): WaitDescription | undefined {
    return this.#options.describeWait?.(client, keys);
  }

  execute<T>(command: (store: Store) => T): T {
    return this.#options.broker.execute(command);
  }

  countCommand(): void {
    this.#commandsProcessed++;
  }

  facts(): ServerFacts {
    return this.execute(({ keyspace, blocked, channels }) => ({
      port: this.#port(),
      uptimeMs: this.clock.now() - this.#startedAt,
      clientsMax: this.limits.clientsMax,
      connectedClients: this.sessions.size,
      blockedClients: blocked.size,
      connectionsReceived: this.connectionsReceived,
      connectionsRejected: this.connectionsRejected,
      commandsProcessed: this.#commandsProcessed,
      memoryBytes: keyspace.bytes,
      memoryBytesMax: keyspace.bytesMax,
      keys: keyspace.size,
      expiringKeys: keyspace.expiringCount,
      channels: channels.names().length,
      patterns: channels.patternCount,
    }));
  }

  /** Those who use the broker inside this process are to be seen, too. */
  #watchOwn(isWatched: boolean): void {
    this.execute((store) => {
      store.observer = isWatched ? (words) => this.monitors.show(this.clock.wallNow(), 'memory', words) : undefined;
    });
  }

  #reserve(bytes: number): boolean {
    const fits = this.execute(({ keyspace }) => keyspace.fits(this.#reservedBytes + bytes));
    if (fits) this.#reservedBytes += bytes;
    return fits;
  }
}
