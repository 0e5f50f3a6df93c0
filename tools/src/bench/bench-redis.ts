import { execFileSync } from 'node:child_process';
import { redisServerPath, startRedisServer, type RedisServer } from '@syncytium/testkit';
import { SkipError, type Versions } from './entry.js';
import { ProcessUsage } from './process-usage.js';

/** A redis-server of a benchmark's own, which keeps nothing on disk. */
export interface BenchRedis extends RedisServer {
  readonly versions: Versions;
  readonly usage: ProcessUsage;
}

/** Throws a {@link SkipError} when there is no redis-server on the PATH. */
export async function startBenchRedis(): Promise<BenchRedis> {
  const path = redisServerPath();
  if (!path) throw new SkipError('there is no redis-server on the PATH');
  const [, version = 'unknown'] = /v=(\S+)/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' })) ?? [];
  const server = await startRedisServer();
  return { ...server, versions: { 'redis-server': version }, usage: new ProcessUsage(server.process) };
}
