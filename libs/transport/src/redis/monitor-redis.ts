import { SyncytiumError, throwIfAborted } from '@syncytium/kit';
import { Cluster, type Redis } from 'ioredis';
import { RedisClients } from './redis-clients.js';
import { resolveOptions, type RedisBrokerOptions } from './redis-options.js';

/** A command that a Redis has executed. */
export interface MonitoredCommand {
  /** When, by the Redis's clock: milliseconds since 1970, with fractions. */
  readonly at: number;
  /** The command's name as it was written, and its arguments. */
  readonly words: readonly Uint8Array[];
}

/** Somebody who sees what a Redis executes. */
export interface RedisMonitor {
  /** Fires when the Redis is gone; what it executes later is not seen. The reason is the error. */
  readonly lost: AbortSignal;
  /** Sees no more. Again does nothing. */
  close(): void;
}

/**
 * Sees every command that a Redis executes from now on, with `MONITOR`: for recorders and for people, since it costs the
 * Redis about as much again as the commands themselves. Of a cluster, what its masters execute. Throws `BrokerError`
 * (`broker_unreachable`, `broker_denied` where the user may not) and `InvalidArgumentError`.
 */
export async function monitorRedis(
  target: string | RedisBrokerOptions,
  onCommand: (command: MonitoredCommand) => void,
  signal?: AbortSignal,
): Promise<RedisMonitor> {
  const clients = new RedisClients(resolveOptions(typeof target === 'string' ? { url: target } : target));
  const lost = new AbortController();
  const base = await clients.connectLasting(() => undefined);
  const nodes = base instanceof Cluster ? base.nodes('master') : [base];
  const monitors: Redis[] = [];
  let isClosed = false;
  const close = (): void => {
    isClosed = true;
    for (const client of [...monitors, base]) client.disconnect();
  };
  const see = (command: MonitoredCommand): void => {
    // Some may still be under way to somebody who looks no more.
    if (!isClosed) onCommand(command);
  };
  try {
    for (const node of nodes) monitors.push(await monitor(node, see));
    throwIfAborted(signal, 'monitor');
  } catch (error) {
    close();
    throw error instanceof SyncytiumError ? error : clients.error(error);
  }
  const onEnd = (): void => {
    if (!isClosed) lost.abort(clients.error(new Error('connection lost')));
  };
  for (const client of monitors) client.once('end', onEnd);
  return { lost: lost.signal, close };
}

async function monitor(node: Redis, onCommand: (command: MonitoredCommand) => void): Promise<Redis> {
  const client = node.duplicate({ monitor: true, lazyConnect: true, retryStrategy: () => null });
  client.on('monitor', (seconds: string, words: readonly string[]) =>
    onCommand({ at: Number(seconds) * 1000, words: words.map(unquote) }),
  );
  await new Promise<void>((resolve, reject) => {
    client.once('monitoring', resolve);
    client.on('error', reject);
    client.once('end', () => reject(new Error('connection lost')));
    client.connect().catch(reject);
  });
  return client;
}

const named: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b' };

/** The bytes that a Redis shows so; the client library has already replaced escaped quotes. */
function unquote(shown: string): Uint8Array {
  const text = shown.replace(/\\(?:x([0-9a-f]{2})|([^]))/g, (_all, hex: string | undefined, char: string) =>
    hex === undefined ? (named[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(text, 'latin1');
}
