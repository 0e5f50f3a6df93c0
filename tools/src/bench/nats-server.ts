import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SkipError, type Versions } from './entry.js';
import { ProcessUsage } from './process-usage.js';

const program = 'nats-server';

export interface NatsServer {
  /** `nats://127.0.0.1:40123` */
  readonly url: string;
  readonly versions: Versions;
  readonly usage: ProcessUsage;
  stop(): Promise<void>;
}

/**
 * Starts a nats-server on a free port of loopback. Installs Debian's where there is none and this user may do so; throws
 * a {@link SkipError} otherwise. With `jetStream` it keeps streams, too.
 */
export async function startNatsServer({ jetStream = false } = {}): Promise<NatsServer> {
  if (!isInstalled()) installFromDebian();
  const [, version = 'unknown'] = /: v(\S+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' })) ?? [];
  const folder = jetStream ? mkdtempSync(join(tmpdir(), 'syncytium-nats-')) : undefined;
  const more = folder === undefined ? [] : ['--jetstream', '--store_dir', folder];
  const child = spawn(program, ['--addr', '127.0.0.1', '--port', '-1', ...more], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const address = await listeningAddress(createInterface({ input: child.stderr }));
  return {
    url: `nats://${address}`,
    versions: { [program]: version },
    usage: new ProcessUsage(child),
    async stop() {
      process.off('exit', kill);
      const ended = once(child, 'exit');
      kill();
      await ended;
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listeningAddress(lines: AsyncIterable<string>): Promise<string> {
  let found: string | undefined;
  for await (const line of lines) {
    found ??= /Listening for client connections on (\S+)/.exec(line)?.[1];
    if (found !== undefined && line.includes('Server is ready')) return found;
  }
  throw new SkipError(`${program} did not start`);
}

function isInstalled(): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

function installFromDebian(): void {
  const why = `there is no ${program} on the PATH`;
  if (process.getuid?.() !== 0)
    throw new SkipError(`${why}, and only root can install it (apt-get install ${program})`);
  console.error(`installing a program to compare with: apt-get install ${program} ...`);
  const { status } = spawnSync('apt-get', ['install', '--yes', '--quiet', program], { stdio: 'ignore' });
  if (status !== 0 || !isInstalled()) throw new SkipError(`${why}, and apt-get install ${program} failed`);
}
