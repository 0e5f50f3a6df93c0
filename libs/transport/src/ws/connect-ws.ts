import type { Socket } from 'node:net';
import {
  AbortedError,
  assert,
  InvalidArgumentError,
  silentLog,
  systemClock,
  throwIfAborted,
  TimeoutError,
  type Clock,
  type Log,
} from '@syncytium/kit';
import { WebSocket, type ClientOptions } from 'ws';
import { resolveLimits } from '../resolve-limits.js';
import { CorkedConnection } from './corked-connection.js';
import { WsRefusedError } from './errors.js';
import { defaultWsLimits, type WsCloseTimeout, type WsLimits } from './limits.js';
import { Liveness } from './liveness.js';
import type { WsConnection, WsHandlers } from './ws-connection.js';

export interface ConnectWsOptions {
  readonly signal?: AbortSignal;
  /** Longest time until the connection stands, in milliseconds (10,000 unless told). */
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly limits?: Partial<WsLimits>;
  readonly deflate?: boolean;
  readonly clock?: Clock;
  /** Where a handler that throws is reported. */
  readonly log?: Log;
}

/**
 * Opens a connection to a WebSocket server, `ws://HOST:PORT/PATH` or `wss://...`. Reconnecting is the caller's.
 *
 * Throws `WsRefusedError` (`ws_refused`) when nobody listens or the server refuses, `TimeoutError`, `AbortedError`, and
 * `InvalidArgumentError` for a bad URL. A handler that throws closes the connection with 1011.
 *
 * @see docs/spec/websocket.md
 */
export function connectWs(url: string, handlers: WsHandlers, options: ConnectWsOptions = {}): Promise<WsConnection> {
  const { signal, timeoutMs = 10_000, headers = {}, deflate = false, clock = systemClock, log = silentLog } = options;
  const limits = resolveLimits(defaultWsLimits, options.limits);
  const what = `connecting to ${url}`;
  throwIfAborted(signal, what);
  if (!/^wss?:\/\/[^#]+$/.test(url) || !URL.canParse(url))
    throw new InvalidArgumentError('url', `must be ws://HOST:PORT/PATH or wss://..., got ${JSON.stringify(url)}`);

  return new Promise((resolve, reject) => {
    const since = clock.now();
    const clientOptions: ClientOptions & WsCloseTimeout = {
      headers,
      maxPayload: limits.messageBytesMax,
      perMessageDeflate: deflate,
      closeTimeout: limits.closeTimeoutMs,
    };
    const ws = new WebSocket(url, clientOptions);
    let socket: Socket | undefined;
    const settle = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
      ws.removeAllListeners();
    };
    const fail = (error: Error): void => {
      settle();
      // Cutting a connection that does not stand yet is an error to ws.
      ws.on('error', () => undefined);
      ws.terminate();
      reject(error);
    };
    const onAbort = (): void => fail(new AbortedError(what, signal?.reason));
    const onTimeout = (): void => {
      const waitedMs = clock.now() - since;
      fail(new TimeoutError({ who: 'the client', what: 'a WebSocket connection', missing: url, waitedMs }));
    };
    const timer = clock.setTimer(timeoutMs, onTimeout);
    signal?.addEventListener('abort', onAbort, { once: true });
    ws.on('error', (error) => fail(new WsRefusedError(url, error.message, { cause: error })));
    ws.on('unexpected-response', (_request, { statusCode: status = 0 }) =>
      fail(new WsRefusedError(url, `the server answered ${status}`, { status })),
    );
    ws.on('upgrade', (response) => {
      socket = response.socket;
    });
    ws.on('open', () => {
      assert(socket, 'ws opens a connection only after an upgrade');
      settle();
      const onHandlerError = (error: unknown): void => log.error('a WebSocket handler failed', { url, err: error });
      const connection = new CorkedConnection({ ws, socket, role: 'client', limits, onHandlerError });
      const liveness = new Liveness(clock, limits.pingIntervalMs, [connection]);
      connection.attach(handlers, () => liveness.stop());
      liveness.start();
      resolve(connection);
    });
  });
}
