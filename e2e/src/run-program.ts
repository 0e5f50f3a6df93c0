import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach } from 'vitest';

export const root = join(import.meta.dirname, '..', '..');

export type ProgramName = 'netsync' | 'fxp' | 'thynapse' | 'fusion' | 'syncytium';

/** A program of this workspace in a process of its own. */
export interface RunningProgram {
  readonly process: ChildProcess;
  /** Everything on stdout and stderr so far, in lines. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** Resolves with the addresses of the `ready` line; rejects when the program ends before. */
  ready(): Promise<string[]>;
  /** Resolves with the first line, past or coming, that matches. */
  line(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<string>;
  /** Resolves when there are so many lines; rejects when the program ends before. */
  lines(stream: 'stdout' | 'stderr', count: number): Promise<void>;
  /** Sends a signal, if one is given, and resolves with the exit code once the process has ended. */
  exit(signal?: NodeJS.Signals): Promise<number | null>;
}

const running = new Set<RunningProgram>();

/** Whatever a test leaves behind is killed with all it started, so that no test can disturb the next. */
afterEach(async () => {
  const left = [...running];
  left.forEach(killGroup);
  await Promise.all(left.map((program) => program.exit()));
});
process.once('exit', () => [...running].forEach(killGroup));

function killGroup({ process: { pid } }: RunningProgram): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** Starts `name` as `npx name ...args` would, with the environment's settings of our own replaced by `env`. */
export function runProgram(
  name: ProgramName,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): RunningProgram {
  return runNode([join(root, 'apps', name, 'bin', `${name}.js`), ...args], env);
}

/** Starts a Node process. */
export function runNode(args: readonly string[], env: Record<string, string> = {}, cwd = root): RunningProgram {
  return runCommand(process.execPath, args, env, cwd);
}

/** Starts any process; what it reads is nothing, unless its standard input is to be a pipe. */
export function runCommand(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
  cwd = root,
  stdin: 'ignore' | 'pipe' = 'ignore',
): RunningProgram {
  // Settings of ours, and what Nx tells whatever runs below it, would change what a program prints.
  const foreign = Object.entries(process.env).filter(([key]) => !/^(SYNCYTIUM_|VITEST|FORCE_COLOR|NX_)/.test(key));
  const child = spawn(command, args, {
    cwd,
    env: { ...Object.fromEntries(foreign), NO_COLOR: '1', ...env },
    stdio: [stdin, 'pipe', 'pipe'],
    // A group of its own, so that a shell can be killed together with what it runs.
    detached: true,
  });
  const lines = { stdout: [] as string[], stderr: [] as string[] };
  const watchers = new Set<() => void>();
  let ended = false;
  const notify = (): void => watchers.forEach((watch) => watch());
  /** Resolves with what `find` finds, now or after any line to come. */
  const when = <T>(what: string, find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const watch = (): void => {
        const found = find();
        if (found === undefined && !ended) return;
        watchers.delete(watch);
        if (found !== undefined) resolve(found);
        else reject(new Error(`${command} ${args.join(' ')} ended without ${what}: ${JSON.stringify(lines)}`));
      };
      watchers.add(watch);
      watch();
    });
  for (const stream of ['stdout', 'stderr'] as const) {
    const input = child[stream];
    if (!input) continue;
    createInterface({ input }).on('line', (line) => {
      lines[stream].push(line);
      notify();
    });
  }
  // `close` comes after the last line, `exit` may come before it.
  const closed = once(child, 'close').then(() => {
    ended = true;
    running.delete(program);
    notify();
  });
  const program: RunningProgram = {
    process: child,
    ...lines,
    async ready() {
      const line = await program.line('stdout', /^ready /);
      return line.split(' ').slice(2);
    },
    line(stream, pattern) {
      return when(`${pattern} on ${stream}`, () => lines[stream].find((line) => pattern.test(line)));
    },
    async lines(stream, count) {
      await when(`${count} lines on ${stream}`, () => (lines[stream].length >= count ? true : undefined));
    },
    async exit(signal) {
      if (signal && !ended) child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
  running.add(program);
  return program;
}
