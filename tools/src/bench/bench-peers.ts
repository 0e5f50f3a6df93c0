import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { SkipError } from './entry.js';
import { packageVersion } from './package-version.js';

const folder = join(import.meta.dirname, '../../bench-peers');
const stamp = join(folder, 'node_modules', '.syncytium-installed');
const require = createRequire(join(folder, 'package.json'));

let installing: Promise<void> | undefined;

/**
 * Installs the packages that only benchmarks need, unless they are there: `npm install` in `tools/bench-peers`, once in a run.
 * Throws a {@link SkipError} when that fails, as without a network.
 */
export function installPeers(): Promise<void> {
  installing ??= install();
  return installing;
}

/** A package of `tools/bench-peers`, typed by whoever uses it: its own types are not there when this is compiled. */
export function requirePeer(name: string): unknown {
  return require(name);
}

/** As {@link requirePeer}, installed first. Throws a {@link SkipError} when it cannot be had. */
export async function loadPeer(name: string): Promise<unknown> {
  await installPeers();
  try {
    return requirePeer(name);
  } catch (error) {
    throw new SkipError(`${name} is not installed: ${String(error).split('\n')[0] ?? ''}`);
  }
}

/** The version of a package of `tools/bench-peers`. */
export function peerVersion(name: string): string {
  return packageVersion(name, folder);
}

async function install(): Promise<void> {
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .update(process.version);
  const wanted = lock.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('installing the packages to compare with: npm install in tools/bench-peers ...');
  const problem = await npmInstall();
  if (problem !== undefined) throw new SkipError(`npm install in tools/bench-peers failed: ${problem}`);
  writeFileSync(stamp, wanted);
}

/** Why it failed, in npm's words; `undefined` when it did not. */
function npmInstall(): Promise<string | undefined> {
  // Unlike `npm ci` it forgives that the lock leaves out optional packages of other machines.
  const args = ['install', '--no-save', '--loglevel=error', '--no-audit', '--no-fund'];
  args.push('--fetch-retries=1', '--fetch-timeout=30000');
  const child = spawn('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (data) => (output += String(data)));
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code) => {
      const [, why] = /npm error (?!code|errno|syscall)(.+)/.exec(output) ?? [];
      resolve(code === 0 ? undefined : (why ?? `exit code ${code ?? 'none'}`));
    });
  });
}
