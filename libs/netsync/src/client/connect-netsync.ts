import { InvalidArgumentError, systemClock, systemPrng } from '@syncytium/kit';
import { Backoff } from './backoff.js';
import { ClientWaits } from './client-waits.js';
import { HttpClient } from './http-client.js';
import type { NetsyncClient, NetsyncClientOptions } from './netsync-client.js';
import { WsClient } from './ws-client.js';

/**
 * A client of the server at `http://HOST:PORT` (or `https:`), which sends each request by itself, or at
 * `ws://HOST:PORT` (or `wss:`; the path is `/ws` unless told), which sends all over one connection and needs the package `ws`. Over WebSocket it
 * resolves when the connection stands, and throws `WsRefusedError`, `TimeoutError` or `AbortedError` otherwise. Throws
 * `InvalidArgumentError` for a URL or an option that cannot be used.
 *
 * @see docs/spec/netsync.md
 */
export async function connectNetsync(url: string, options: NetsyncClientOptions = {}): Promise<NetsyncClient> {
  const {
    signal,
    reconnect,
    outstandingMax = 10_000,
    graceMs = 1000,
    keepaliveMs = 30_000,
    clock = systemClock,
    prng = systemPrng(),
  } = options;
  const parsed = parseUrl(url);
  const isWs = parsed.protocol.startsWith('ws');
  if (!(keepaliveMs >= 1000 && keepaliveMs <= 3_600_000))
    throw new InvalidArgumentError('keepaliveMs', `must be from 1000 to 3600000, got ${keepaliveMs}`);
  const newBackoff = (): Backoff => new Backoff(reconnect, prng);
  const waits = new ClientWaits({ clock, prng, outstandingMax, graceMs, server: url });
  const base = isWs ? `http${parsed.protocol.slice(2)}//${parsed.host}` : url.replace(/\/$/, '');
  const http = new HttpClient({ url: base, waits, newBackoff, clock, keepaliveMs });
  if (!isWs) return http;

  const { connectWs } = await import('@syncytium/transport/ws');
  const wsUrl = parsed.href;
  const client = new WsClient({
    url: wsUrl,
    // A socket has its own clock: its pings are about the peer, not about the requests.
    connect: (handlers, over) => connectWs(wsUrl, handlers, { signal: over }),
    waits,
    backoff: newBackoff(),
    clock,
    readStats: (given) => http.stats(given),
  });
  const giveUp = (): void => client.close();
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    if (signal?.aborted) giveUp();
    await client.open();
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
  return client;
}

function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  // The WebSocket of a server has a path of its own.
  if (parsed?.protocol.startsWith('ws') && parsed.pathname === '/') parsed.pathname = '/ws';
  if (parsed && /^(https?|wss?):$/.test(parsed.protocol) && parsed.search === '' && parsed.hash === '') return parsed;
  throw new InvalidArgumentError('url', `must be http://HOST:PORT or ws://HOST:PORT/ws, got ${JSON.stringify(url)}`);
}
