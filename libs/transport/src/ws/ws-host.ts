import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { LimitError, silentLog, systemClock, type Clock, type Component, type Log } from '@syncytium/kit';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import {
  createHttpHost,
  DrainingError,
  originRefusal,
  refuseUpgrade,
  resolveOrigins,
  type AllowedHosts,
  type AllowedOrigins,
  type HttpHost,
  type ListenAddress,
  type ListenOptions,
} from '../http/index.js';
import { resolveLimits } from '../resolve-limits.js';
import { untilDone } from '../until-done.js';
import { CorkedConnection } from './corked-connection.js';
import { defaultWsLimits, type WsCloseTimeout, type WsLimits } from './limits.js';
import { Liveness } from './liveness.js';
import { closeCodes, type WsConnection, type WsHandlers } from './ws-connection.js';

interface WsHostCommonOptions {
  /** What the program is called, in answers and logs. */
  readonly name: string;
  /** Takes a new connection and says what to do with what arrives on it. */
  readonly onConnection: (connection: WsConnection, request: IncomingMessage) => WsHandlers;
  /** The path that takes connections (`/` unless told); `/x/*` stands for every path of one more segment. */
  readonly path?: string;
  readonly limits?: Partial<WsLimits>;
  /** Which web pages may connect (`same` unless told). */
  readonly origins?: AllowedOrigins;
  /** Compresses messages when the peer agrees; off unless told, since it costs time and 300 KB per connection. */
  readonly deflate?: boolean;
  /** Called as the drain begins, before the connections are closed: what is sent now still arrives. */
  readonly onDrain?: () => void;
  readonly log?: Log;
  readonly clock?: Clock;
}

interface WsHostOnPortOptions {
  readonly listen: ListenOptions;
  /** By which names the host may be called: see the HTTP host, whose own decide where it is on one. */
  readonly hosts?: AllowedHosts;
}

/** On a path of an HTTP host, or on a port of its own. */
export type WsHostOptions = WsHostCommonOptions & ({ readonly http: HttpHost } | WsHostOnPortOptions);

/**
 * Accepts WebSocket connections. A `Component` of kit's lifecycle: added after the HTTP host it is attached to, it is
 * drained before it.
 *
 * @see docs/spec/websocket.md
 */
export interface WsHost extends Component {
  readonly name: string;
  /** Where it listens, with the real port; throws `InternalError` before the HTTP host's `start` has resolved. */
  readonly address: ListenAddress;
  /** `ws://127.0.0.1:1982/`, likewise. */
  readonly url: string;
  readonly connectionCount: number;
  /** Listens, when it has a port of its own. Throws `AddressError` (`address_in_use`, ...). */
  start(): Promise<void>;
  /** Refuses new connections and closes all with 1001; resolves when the last is closed, or when `signal` fires. */
  drain(signal: AbortSignal): Promise<void>;
  /** Cuts what is left; every handler has been told when it resolves. */
  stop(): Promise<void>;
}

/** Of a connection that its owner failed to take. */
const noHandlers: WsHandlers = { onMessage: () => undefined };

/** Builds a host; nothing listens before `start`. Throws `InvalidArgumentError` for a bad limit, origin or name. */
export function createWsHost(options: WsHostOptions): WsHost {
  return new PathHost(options);
}

class PathHost implements WsHost {
  readonly name: string;
  readonly #options: WsHostCommonOptions;
  readonly #limits: WsLimits;
  readonly #origins: AllowedOrigins;
  readonly #log: Log;
  readonly #path: string;
  readonly #http: HttpHost;
  readonly #ownsHttp: boolean;
  readonly #server: WebSocketServer;
  readonly #connections = new Set<CorkedConnection>();
  readonly #liveness: Liveness;
  #isDraining = false;
  #onEmpty: (() => void)[] = [];

  constructor(options: WsHostOptions) {
    const { name, path = '/', limits, log = silentLog, clock = systemClock, deflate = false } = options;
    this.name = name;
    this.#options = options;
    this.#limits = resolveLimits(defaultWsLimits, limits);
    this.#origins = resolveOrigins(options.origins);
    this.#log = log;
    this.#liveness = new Liveness(clock, this.#limits.pingIntervalMs, this.#connections);
    this.#path = path;
    this.#ownsHttp = 'listen' in options;
    this.#http = 'http' in options ? options.http : this.#createOwnHttp(options);
    const serverOptions: ServerOptions & WsCloseTimeout = {
      noServer: true,
      clientTracking: false,
      maxPayload: this.#limits.messageBytesMax,
      perMessageDeflate: deflate,
      closeTimeout: this.#limits.closeTimeoutMs,
    };
    this.#server = new WebSocketServer(serverOptions);
    this.#http.onUpgrade(path, this.#onUpgrade);
  }

  get address(): ListenAddress {
    return this.#http.address;
  }

  get url(): string {
    return `${this.#http.url.replace(/^http/, 'ws')}${this.#path}`;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  async start(): Promise<void> {
    if (this.#ownsHttp) await this.#http.start();
    this.#liveness.start();
  }

  async drain(signal: AbortSignal): Promise<void> {
    this.#isDraining = true;
    try {
      this.#options.onDrain?.();
    } finally {
      const reason = `${this.name} is shutting down`;
      for (const connection of this.#connections) connection.close(closeCodes.goingAway, reason);
      await untilDone(signal, (done) => this.#whenEmpty(done));
      if (this.#ownsHttp) await this.#http.drain(signal);
    }
  }

  async stop(): Promise<void> {
    this.#isDraining = true;
    this.#liveness.stop();
    for (const connection of this.#connections) connection.terminate();
    await new Promise<void>((resolve) => this.#whenEmpty(resolve));
    if (this.#ownsHttp) await this.#http.stop();
  }

  #createOwnHttp({ listen, hosts }: WsHostOnPortOptions): HttpHost {
    // A few connections more than WebSockets, so that the one too many is told why it is refused.
    return createHttpHost({
      name: this.name,
      listen,
      limits: { connectionsMax: this.#limits.connectionsMax + 64 },
      origins: this.#origins,
      ...(hosts !== undefined && { hosts }),
      log: this.#log,
    });
  }

  readonly #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const refusal = this.#refusal(request);
    if (refusal) refuseUpgrade(socket, refusal);
    else this.#server.handleUpgrade(request, socket, head, (ws) => this.#accept(ws, request));
  };

  #refusal(request: IncomingMessage): Error | undefined {
    if (this.#isDraining) return new DrainingError(this.name);
    if (this.#connections.size >= this.#limits.connectionsMax)
      return new LimitError('connections', this.#limits.connectionsMax, 'open at once');
    return originRefusal(request, this.#origins);
  }

  #accept(ws: WebSocket, request: IncomingMessage): void {
    const onHandlerError = (error: unknown): void =>
      this.#log.error('a WebSocket handler failed', { name: this.name, err: error });
    const connection = new CorkedConnection({
      ws,
      socket: request.socket,
      role: 'server',
      limits: this.#limits,
      onHandlerError,
    });
    const attach = (handlers: WsHandlers): void =>
      connection.attach(handlers, () => {
        this.#connections.delete(connection);
        if (this.#connections.size === 0) for (const tell of this.#onEmpty.splice(0)) tell();
      });
    this.#connections.add(connection);
    try {
      attach(this.#options.onConnection(connection, request));
    } catch (error) {
      onHandlerError(error);
      attach(noHandlers);
      connection.close(closeCodes.internalError, 'internal error');
    }
  }

  /** Calls back once when no connection is open, at once when that is so already. */
  #whenEmpty(callback: () => void): void {
    if (this.#connections.size === 0) callback();
    else this.#onEmpty.push(callback);
  }
}
