import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { endWithUs } from './end-with-us.js';
import { RedisServerError } from './errors.js';
import { freePort } from './ports.js';
import type { Environment } from './run-settings.js';

/** A Redis that tests may talk to. It may be somebody else's (`REDIS_URL`): use keys of your own, and never flush. */
export interface TestRedis {
  /** `redis://127.0.0.1:40123` */
  readonly url: string;
  /** What it is, for people: `redis-server on port 40123`. */
  readonly description: string;
  /** Ends the server when it is the test's own. Again does nothing. */
  stop(): Promise<void>;
}

/** A server of the test's own. */
export interface RedisServer extends TestRedis {
  readonly port: number;
  /** The server's process, for tests that kill or pause it. */
  readonly process: ChildProcess;
}

/** Another program may take the free port that was found before the server does; then the next one is tried. */
const startAttemptsMax = 5;

/**
 * The real Redis to test against: the one at `REDIS_URL`, or else a `redis-server` from the PATH, started for this test.
 * Prints which one. `undefined`, printed too, when there is none; throws {@link RedisServerError} instead where `CI` is
 * set, since a suite that is skipped there would be skipped for ever.
 */
export async function testRedis(suite: string, env: Environment = process.env): Promise<TestRedis | undefined> {
  const redis = await findTestRedis(env);
  console.log(
    `${suite}: ${redis ? `runs against ${redis.description}` : 'no redis-server on the PATH, no REDIS_URL: skipped'}`,
  );
  return redis;
}

async function findTestRedis(env: Environment): Promise<TestRedis | undefined> {
  const url = env['REDIS_URL'];
  if (url) return { url, description: new URL(url).host, stop: () => Promise.resolve() };
  if (redisServerPath(env)) return startRedisServer({ env });
  if (env['CI'] && env['CI'] !== 'false')
    throw new RedisServerError('CI is set, and there is neither a redis-server on the PATH nor a REDIS_URL');
  return undefined;
}

export interface RedisServerOptions {
  /** What its configuration file says; a Sentinel cannot do without one. */
  readonly config?: string;
  /** More arguments for redis-server, such as `['--requirepass', 'secret']`. */
  readonly args?: readonly string[];
  readonly env?: Environment;
}

/**
 * Starts a redis-server on a free port of loopback, which keeps nothing on disk and ends with this process at the
 * latest; resolves when it accepts connections. Throws {@link RedisServerError} when there is none or it does not start.
 */
export async function startRedisServer({
  config = '',
  args = [],
  env = process.env,
}: RedisServerOptions = {}): Promise<RedisServer> {
  const path = redisServerPath(env);
  if (!path) throw new RedisServerError('there is no redis-server on the PATH');
  let problem: unknown;
  for (let attempt = 0; attempt < startAttemptsMax; attempt++) {
    try {
      return await start(path, await freePort(), config, args);
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

/** The redis-server of the PATH, if there is one. */
export function redisServerPath(env: Environment = process.env): string | undefined {
  const candidates = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'redis-server'));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function start(path: string, port: number, config: string, args: readonly string[]): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'syncytium-redis-'));
  const configFile = join(folder, 'redis.conf');
  writeFileSync(configFile, config);
  const fixed = [
    configFile,
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ];
  const child = spawn(path, [...fixed, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  endWithUs(child);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      rmSync(folder, { recursive: true, force: true });
      resolve();
    });
    child.once('error', () => resolve());
  });
  await accepting(child, ended);
  return {
    url: `redis://127.0.0.1:${port}`,
    description: `redis-server on port ${port}`,
    port,
    process: child,
    stop: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

/** Resolves when the server says that it accepts connections; rejects with its last words when it ends before. */
async function accepting(child: ChildProcess, ended: Promise<void>): Promise<void> {
  let lastWords = '';
  await new Promise<void>((resolve, reject) => {
    const onLine = (line: string): void => {
      if (line !== '') lastWords = line;
      if (/Ready to accept connections|Sentinel ID is/.test(line)) resolve();
    };
    for (const output of [child.stdout, child.stderr])
      if (output) createInterface({ input: output }).on('line', onLine);
    void ended.then(() => reject(new RedisServerError(`redis-server did not start: ${lastWords}`)));
  });
}
