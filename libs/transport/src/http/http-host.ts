import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { InternalError, silentLog, type Component, type Log, type WaitTable } from '@syncytium/kit';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { formatAddress, listenAddress, listenError, type ListenAddress, type ListenOptions } from '../listen.js';
import { resolveLimits } from '../resolve-limits.js';
import { untilDone } from '../until-done.js';
import { checkAllowedHosts, HostNames, type AllowedHosts } from './allowed-hosts.js';
import { originRefusal, resolveOrigins, type AllowedOrigins } from './allowed-origins.js';
import { Connections } from './connections.js';
import { DirectRoutes, type DirectHandler } from './direct-routes.js';
import { errorAnswer, isBodyTooLong, type ErrorAnswer, type ErrorStatus } from './error-answer.js';
import {
  DrainingError,
  HostRefusedError,
  HttpError,
  MethodNotAllowedError,
  NotFoundError,
  TooLargeError,
  UpgradeRequiredError,
} from './errors.js';
import { parseJsonBody } from './json-body.js';
import { defaultHttpLimits, type HttpLimits } from './limits.js';
import { createNodeServer, type TlsOptions } from './node-server.js';
import { operationalPaths, operationalRoutes, type MetricsSource } from './operational-routes.js';
import { parseErrorAnswer } from './parse-error-answer.js';
import { answerNow, endWithAnswer, jsonContentType, sendText } from './raw-answer.js';
import { RouteTable } from './route-table.js';
import { pathOf, Upgrades, type UpgradeHandler } from './upgrades.js';

export interface HttpHostOptions {
  /** What the program is called, in answers and logs. */
  readonly name: string;
  readonly listen: ListenOptions;
  /** Registers the program's own routes and plugins. */
  readonly routes?: (app: FastifyInstance) => void | Promise<void>;
  readonly limits?: Partial<HttpLimits>;
  /** Which web pages may call (`same` unless told). */
  readonly origins?: AllowedOrigins;
  /**
   * By which names the host may be called, beside its address and those of loopback. Unless told, a host on loopback has no
   * others and is refused by them; one elsewhere may have any.
   */
  readonly hosts?: AllowedHosts;
  /** What `/waits` lists. */
  readonly waits?: readonly WaitTable[];
  /** What `/metrics` answers; without it there is no such path. */
  readonly metrics?: MetricsSource;
  /** Whether the program takes work; what `/readyz` asks while the host does not drain (always, unless told). */
  readonly isReady?: () => boolean;
  /** Why the program takes no work although it has started, as when something it needs is gone; `undefined` when it does. */
  readonly notReady?: () => Promise<string | undefined>;
  /** HTTP status by the program's own error codes, beside the usual ones. */
  readonly errorStatus?: ErrorStatus;
  /** Called as the drain begins: whoever makes requests wait long answers them now. */
  readonly onDrain?: () => void;
  /** HTTPS when given. */
  readonly tls?: TlsOptions;
  readonly log?: Log;
}

/**
 * A running HTTP server with everything a program of ours has in common: errors as JSON, limits, `/healthz`, `/readyz`,
 * `/metrics`, `/waits` and a graceful stop. A `Component` of kit's lifecycle.
 *
 * @see docs/spec/http.md
 */
export interface HttpHost extends Component {
  readonly name: string;
  /** The framework underneath, for tests (`app.inject`). */
  readonly app: FastifyInstance;
  /** Where it listens, with the real port; throws `InternalError` before `start` has resolved. */
  readonly address: ListenAddress;
  /** `http://127.0.0.1:8000`, likewise. */
  readonly url: string;
  readonly connectionCount: number;
  /** Requests that are not answered yet. */
  readonly unansweredCount: number;
  readonly isDraining: boolean;
  /**
   * Gives requests for an upgrade to WebSocket on a path to `handler`; `/x/*` stands for every path of one more segment. Only
   * before `start`.
   */
  onUpgrade(path: string, handler: UpgradeHandler): void;
  /**
   * Shows `GET` requests for exactly a path to `handler` before the framework, which costs less; those it leaves are routed as
   * ever. None of the framework's hooks sees what it takes. Only before `start`.
   */
  onGet(path: string, handler: DirectHandler): void;
  /** Answers a request that a {@link DirectHandler} took with an error, as if a route had thrown it. */
  sendError(response: ServerResponse, error: unknown): void;
  /** Listens. Throws `AddressError` (`address_in_use`, ...). */
  start(): Promise<void>;
  /**
   * From now on new requests are answered 503 (`closed`) and `/readyz` says no; idle connections are closed. Resolves
   * when no request is unanswered, or when `signal` fires.
   */
  drain(signal: AbortSignal): Promise<void>;
  /** Closes every connection, answered or not. */
  stop(): Promise<void>;
}

/** Builds a host; nothing listens before `start`. Throws `InvalidArgumentError` for a bad limit, origin or name. */
export function createHttpHost(options: HttpHostOptions): HttpHost {
  return new FastifyHost(options);
}

class FastifyHost implements HttpHost {
  readonly name: string;
  readonly app: FastifyInstance;
  readonly #options: HttpHostOptions;
  readonly #limits: HttpLimits;
  readonly #origins: AllowedOrigins;
  readonly #log: Log;
  readonly #server: Server;
  readonly #connections = new Connections();
  readonly #routes = new RouteTable();
  readonly #upgrades = new Upgrades();
  readonly #direct = new DirectRoutes();
  #serve: RequestListener = () => undefined;
  #isDraining = false;
  #address: ListenAddress | undefined;
  #names: HostNames | undefined;

  constructor(options: HttpHostOptions) {
    this.name = options.name;
    this.#options = options;
    this.#limits = resolveLimits(defaultHttpLimits, options.limits);
    this.#origins = resolveOrigins(options.origins);
    checkAllowedHosts(options.hosts);
    this.#log = options.log ?? silentLog;
    this.#server = createNodeServer(this.#limits, options.tls, this.#onRequest);
    this.#server.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) => this.#connections.add(socket));
    if (options.tls) this.#server.on('connection', (socket: Socket) => this.#connections.addHandshake(socket));
    this.#server.on('checkExpectation', this.#onExpectation);
    this.app = fastify({
      serverFactory: (serve) => {
        this.#serve = serve;
        return this.#server;
      },
      clientErrorHandler: (error, socket) => {
        // Nothing can be said over a connection of TLS that does not stand.
        if (this.#connections.has(socket)) endWithAnswer(socket, parseErrorAnswer(error));
        else socket.destroy();
      },
      frameworkErrors: (error, request, reply) => this.#sendError(error, request, reply),
      bodyLimit: this.#limits.bodyBytesMax,
      forceCloseConnections: true,
      routerOptions: { maxParamLength: 1024 },
    });
    this.app.addHook('onRoute', (route) => this.#routes.add(route));
    this.app.setErrorHandler((error, request, reply) => this.#sendError(error, request, reply));
    this.app.setNotFoundHandler((request, reply) => this.#sendError(this.#noRoute(request), request, reply));
    // Fastify's own: JSON without the codec's rules, and text, which no path of ours takes unless it says so.
    this.app.removeAllContentTypeParsers();
    this.app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
      // A callback, since fastify awaits what it returns.
      try {
        done(null, parseJsonBody(body));
      } catch (error) {
        done(error as Error);
      }
    });
    operationalRoutes(this.app, {
      name: this.name,
      waits: options.waits ?? [],
      metrics: options.metrics,
      notReady: () => {
        if (this.#isDraining) return 'it is shutting down';
        return options.isReady?.() === false ? 'it is starting' : options.notReady?.();
      },
    });
  }

  get address(): ListenAddress {
    if (!this.#address) throw new InternalError(`${this.name} does not listen yet`);
    return this.#address;
  }

  get url(): string {
    return `${this.#options.tls ? 'https' : 'http'}://${formatAddress(this.address)}`;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  get unansweredCount(): number {
    return this.#connections.unanswered;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  onUpgrade(path: string, handler: UpgradeHandler): void {
    // Without a listener Node serves such requests as if they had not asked.
    if (this.#upgrades.isEmpty) this.#server.on('upgrade', this.#onUpgradeRequest);
    this.#upgrades.set(path, handler);
  }

  onGet(path: string, handler: DirectHandler): void {
    this.#direct.set(path, handler);
  }

  sendError(response: ServerResponse, error: unknown): void {
    const { status, headers, body } = this.#answerTo(error, response.req);
    // A handler that failed halfway through its answer: the client must not take it for a whole one.
    if (response.headersSent) response.destroy();
    else sendText(response, status, JSON.stringify(body), { ...headers, 'content-type': jsonContentType });
  }

  async start(): Promise<void> {
    const { host = '127.0.0.1', port } = this.#options.listen;
    // Not later: from this event on requests may come.
    this.#server.once('listening', () => {
      this.#address = listenAddress(this.#server.address());
      if (this.#address) this.#names = new HostNames(this.#options.hosts, this.#address, host);
    });
    if (this.#options.routes) await this.app.register((app) => Promise.resolve(this.#options.routes?.(app)));
    try {
      await this.app.listen({ host, port });
    } catch (error) {
      throw listenError(error, { host, port });
    }
  }

  async drain(signal: AbortSignal): Promise<void> {
    this.#isDraining = true;
    try {
      this.#options.onDrain?.();
    } finally {
      // Whatever became of those who wait, the others are still answered.
      this.#server.closeIdleConnections();
      await untilDone(signal, (done) => this.#connections.whenIdle(done));
    }
  }

  async stop(): Promise<void> {
    this.#isDraining = true;
    this.#connections.destroyAll();
    await this.app.close();
  }

  readonly #onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (this.#connections.begin(request, response) > this.#limits.pipelinedMax) {
      this.#log.warn('too many requests on one connection', { max: this.#limits.pipelinedMax });
      request.socket.destroy();
      return;
    }
    const refusal = this.#refusal(request) ?? this.#originRefusal(request);
    if (refusal) answerNow(response, errorAnswer(refusal));
    else if (!this.#isServedDirectly(request, response)) this.#serve(request, response);
  };

  #isServedDirectly(request: IncomingMessage, response: ServerResponse): boolean {
    try {
      return this.#direct.take(request, response);
    } catch (error) {
      this.sendError(response, error);
      return true;
    }
  }

  #refusal(request: IncomingMessage): HttpError | undefined {
    const { host } = request.headers;
    if (host === undefined) {
      if (request.httpVersion === '1.1') return new HttpError(400, 'bad_request', 'the header host is missing');
    } else if (this.#names?.has(host) === false) return new HostRefusedError(host);
    if (this.#isDraining && !operationalPaths.has(pathOf(request))) return new DrainingError(this.name);
    return undefined;
  }

  #originRefusal(request: IncomingMessage): HttpError | undefined {
    const refusal = originRefusal(request, this.#origins);
    if (refusal === undefined) return undefined;
    // A link to one of these may stand on any page: they change nothing, and the page does not see what they answer.
    const isHarmless = request.headers.origin === undefined && operationalPaths.has(pathOf(request));
    return isHarmless ? undefined : refusal;
  }

  readonly #onExpectation = (request: IncomingMessage, response: ServerResponse): void => {
    const problem = `the expectation ${request.headers.expect ?? ''} cannot be met`;
    answerNow(response, errorAnswer(new HttpError(417, 'expectation_failed', problem)));
  };

  readonly #onUpgradeRequest: UpgradeHandler = (request, socket, head) => {
    // Node has let go of the socket: without a listener, a peer that resets it would end the process.
    socket.on('error', () => socket.destroy());
    const refusal = this.#refusal(request);
    if (refusal) endWithAnswer(socket, errorAnswer(refusal));
    else this.#upgrades.dispatch(request, socket, head, this.#onRequest);
  };

  #noRoute(request: FastifyRequest): HttpError {
    const path = pathOf(request.raw);
    if (this.#upgrades.has(path)) return new UpgradeRequiredError(path);
    const allow = this.#routes.methodsOf(path);
    return allow.length > 0
      ? new MethodNotAllowedError(request.method, path, allow)
      : new NotFoundError(request.method, path);
  }

  #sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { status, headers, body } = this.#answerTo(error, request.raw);
    void reply.code(status).headers(headers).send(body);
  }

  #answerTo(error: unknown, { method, url }: IncomingMessage): ErrorAnswer {
    const thrown = isBodyTooLong(error) ? new TooLargeError(this.#limits.bodyBytesMax) : error;
    const answer = errorAnswer(thrown, this.#options.errorStatus);
    if (answer.status === 500) this.#log.error('a request failed', { method, url, err: error });
    return answer;
  }
}
