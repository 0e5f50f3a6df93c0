import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Clock ticks per second in /proc; fixed by Linux for programs. */
const ticksPerSecond = 100;

/** A server under test in a process of its own, so that its CPU time and memory are its alone. */
export interface ChildServer {
  /** What it said after `ready NAME`. */
  readonly addresses: readonly string[];
  /** User and system time so far, in seconds (to 10 ms). */
  cpuSeconds(): number;
  /** Resident memory, in bytes. */
  rssBytes(): number;
  stop(): Promise<void>;
}

/** Starts a Node script that prints `ready NAME ADDRESS...` and resolves when it has. */
export async function startServer(
  script: string,
  args: readonly string[] = [],
  nodeArgs: readonly string[] = [],
): Promise<ChildServer> {
  const child = spawn(process.execPath, [...nodeArgs, script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const addresses = await readAddresses(child, script);
  return {
    addresses,
    cpuSeconds() {
      // The name in parentheses may hold spaces; fields are counted behind it.
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    },
    rssBytes() {
      const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      return Number(kib) * 1024;
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function readAddresses(child: ChildProcess, script: string): Promise<string[]> {
  if (!child.stdout) throw new Error('stdout is piped');
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('ready ')) continue;
    child.stdout.resume();
    return line.split(' ').slice(2);
  }
  throw new Error(`${script} ended before it was ready`);
}
