import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { HttpLimits } from './limits.js';

/** Certificate chain and private key, PEM. */
export interface TlsOptions {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/** Node looks for overdue requests this often. */
const overdueCheckMs = 1000;
/** After so much silence the system asks whether the peer is still there; finds peers that vanished without a word. */
const tcpKeepAliveMs = 30_000;

/** Node's HTTP (or HTTPS) server under our limits. */
export function createNodeServer(limits: HttpLimits, tls: TlsOptions | undefined, listener: RequestListener): Server {
  const options = {
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: overdueCheckMs,
    keepAlive: true,
    keepAliveInitialDelay: tcpKeepAliveMs,
    noDelay: true,
    // Node would answer a missing Host without a body; the host does it with one.
    requireHostHeader: false,
  };
  const server = tls
    ? createTlsServer({ ...options, ...tls, handshakeTimeout: options.headersTimeout }, listener)
    : createServer(options, listener);
  server.maxConnections = limits.connectionsMax;
  return server;
}
