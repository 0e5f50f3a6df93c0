// Plain JavaScript without dependencies: this runs before anything is installed, perhaps on an old Node.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const nodeMin = [20, 19];
const stamp = join(root, 'node_modules', '.syncytium-installed');

/** Checks Node, installs the packages when they are missing or out of date. Ends the process with one line if it cannot. */
export async function setUp() {
  checkNode(process.versions.node);
  await install();
}

/** Ends the process when this Node is too old. */
export function checkNode(version) {
  const [major, minor] = version.split('.').map(Number);
  if (major > nodeMin[0] || (major === nodeMin[0] && minor >= nodeMin[1])) return;
  fail(`Syncytium needs Node ${nodeMin.join('.')} or newer; this is Node ${version}. Get one at https://nodejs.org`);
}

/** Prints one clear line and ends the process. */
export function fail(line) {
  console.error(line);
  process.exit(1);
}

/** Runs a Nx command with its output on this terminal; resolves with the exit code. */
export function nx(args, env = {}) {
  // The daemon and the full-screen display serve long sessions; here every run stands alone and may have no terminal.
  return runTool('nx/dist/bin/nx.js', args, { NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true', ...env });
}

/** Runs the TypeScript compiler with its output on this terminal; resolves with the exit code. */
export function tsc(args) {
  return runTool('typescript/bin/tsc', args);
}

function runTool(script, args, env = {}) {
  const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

async function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.version)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  if (spawnSync('npm', ['--version'], { shell: process.platform === 'win32' }).status !== 0)
    fail('npm was not found on the PATH');
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const say = process.stderr.isTTY
    ? (text, end) => process.stderr.write(`\r${text}${end ? '\n' : ''}`)
    : (text, end) => end !== undefined && process.stderr.write(`${text}\n`);
  say('installing packages (about half a minute) ...', process.stderr.isTTY ? false : true);
  const ticking = setInterval(() => say(`installing packages (about half a minute) ... ${seconds()} s`), 1000);
  const { code, output } = await npmCi();
  clearInterval(ticking);
  if (code !== 0) {
    say('installing packages: failed', true);
    fail(explain(output));
  }
  say(`installing packages: done in ${seconds()} s                    `, true);
  writeFileSync(stamp, lock);
}

function npmCi() {
  const args = ['ci', '--loglevel=error', '--no-audit', '--no-fund', '--fetch-retries=1', '--fetch-timeout=60000'];
  const child = spawn('npm', args, { cwd: root, shell: process.platform === 'win32' });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

/** What npm's failure means, in one line. */
export function explain(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|network/i.test(output)) {
    return 'npm cannot reach the package registry: check the network connection or the proxy settings, then run this again.';
  }
  if (/ENOSPC/.test(output)) return 'The disk is full: npm could not write the packages.';
  if (/EACCES|EPERM/.test(output)) return `npm may not write to ${root}: check who owns the folder.`;
  const [line = 'no reason given'] = output.match(/npm error (?!code)(.+)/)?.slice(1) ?? [];
  return `npm ci failed: ${line} (run npm ci to see everything)`;
}
