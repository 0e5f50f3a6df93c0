import type { ConnectionOptions } from 'node:tls';
import { InvalidArgumentError, type Clock, type Log } from '@syncytium/kit';

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** How to reach one Redis, a Redis watched by Sentinels, or a cluster. */
export interface RedisBrokerOptions {
  /**
   * `redis://[[user]:password@]host[:port][/database]`, or `rediss://` for TLS. `?cluster=true` makes the host one node
   * of a cluster, `?sentinel=NAME` one Sentinel that watches NAME.
   */
  readonly url?: string;
  /** Instead of a URL's host and port (127.0.0.1:6379 unless told). */
  readonly host?: string;
  readonly port?: number;
  /** Number of the database (0 unless told); a cluster has only 0. */
  readonly database?: number;
  /** ACL user (`default` unless told). */
  readonly username?: string;
  readonly password?: string;
  /** TLS, with defaults or with certificates and names of your own. */
  readonly tls?: boolean | ConnectionOptions;
  readonly sentinel?: {
    /** The name the Sentinels know the Redis by. */
    readonly name: string;
    readonly nodes: readonly RedisAddress[];
    readonly username?: string;
    readonly password?: string;
    readonly tls?: ConnectionOptions;
  };
  readonly cluster?: {
    /** Some nodes; the others are found through them. */
    readonly nodes: readonly RedisAddress[];
    /** For a cluster behind NAT: how to reach the `host:port` that its nodes tell. */
    readonly natMap?: Readonly<Record<string, RedisAddress>>;
  };
  /** Longest time to reach the Redis, in milliseconds (5,000 unless told). */
  readonly connectTimeoutMs?: number;
  /** Longest time for an answer to a command, beside what a pop may wait, in milliseconds (30,000 unless told). */
  readonly commandTimeoutMs?: number;
  readonly reconnect?: ReconnectOptions;
  /** How clients of this broker call themselves in `CLIENT LIST`. */
  readonly clientName?: string;
  readonly log?: Log;
  readonly clock?: Clock;
}

/** How often a lost Redis is tried again: after `delayMsMin`, then twice as long each time. */
export interface ReconnectOptions {
  /** Attempts in a row before the broker is given up for lost (20 unless told; 0 for none). */
  readonly attemptsMax?: number;
  /** Milliseconds (50 unless told). */
  readonly delayMsMin?: number;
  /** Milliseconds (2,000 unless told). */
  readonly delayMsMax?: number;
}

const defaultPort = 6379;

/**
 * The options with what their URL says filled in; what is given beside a URL wins over it. Throws
 * {@link InvalidArgumentError} for a URL that is none, without repeating it: it may hold a password.
 */
export function resolveOptions(options: RedisBrokerOptions): RedisBrokerOptions {
  return options.url === undefined ? options : { ...readUrl(options.url), ...options };
}

function readUrl(text: string): RedisBrokerOptions {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'redis:' && url.protocol !== 'rediss:'))
    throw new InvalidArgumentError('url', 'must be redis://[[user]:password@]host[:port][/database], or rediss://');
  const database = url.pathname.slice(1);
  const username = decoded(url.username);
  const password = decoded(url.password);
  if (!/^\d{0,4}$/.test(database)) throw new InvalidArgumentError('url', 'must end in the number of a database');
  const node: RedisAddress = {
    host: url.hostname.replace(/^\[|\]$/g, '') || '127.0.0.1',
    port: url.port === '' ? defaultPort : Number(url.port),
  };
  const sentinel = url.searchParams.get('sentinel');
  return {
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
    ...(database !== '' && { database: Number(database) }),
    ...(url.protocol === 'rediss:' && { tls: true }),
    ...(url.searchParams.get('cluster') === 'true' && { cluster: { nodes: [node] } }),
    ...(sentinel !== null && { sentinel: { name: sentinel, nodes: [node] } }),
    ...node,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InvalidArgumentError('url', 'must have % in user and password only before two hexadecimal digits');
  }
}

/** What is reached, for people, without a password. */
export function describeTarget({
  sentinel,
  cluster,
  host = '127.0.0.1',
  port = defaultPort,
}: RedisBrokerOptions): string {
  const list = (nodes: readonly RedisAddress[]): string => nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
  if (sentinel) return `Redis ${sentinel.name} of the Sentinels at ${list(sentinel.nodes)}`;
  if (cluster) return `Redis cluster at ${list(cluster.nodes)}`;
  return `Redis at ${host}:${port}`;
}
