/**
 * A broker in a Redis or Valkey server, a Sentinel group or a cluster, through ioredis (a peer dependency).
 *
 * @example
 * ```ts
 * import { RedisBroker } from '@syncytium/transport/redis';
 *
 * const broker = await RedisBroker.connect('redis://127.0.0.1:6379');
 * await broker.lpush('queue', 'hello');
 * await broker.close();
 * ```
 *
 * @packageDocumentation
 */
export { monitorRedis, type MonitoredCommand, type RedisMonitor } from './monitor-redis.js';
export { RedisBroker } from './redis-broker.js';
export type { ScannedKeys } from './scan-keys.js';
export type { ReconnectOptions, RedisAddress, RedisBrokerOptions } from './redis-options.js';
