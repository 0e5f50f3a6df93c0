import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ProcessUsage } from './process-usage.js';
import { isProfiled, profileArgs } from './profiles.js';

/** A server under test in a process of its own, so that its CPU time and memory are its alone. */
export interface ChildServer {
  /** What it said after `ready NAME`. */
  readonly addresses: readonly string[];
  readonly usage: ProcessUsage;
  stop(): Promise<void>;
}

/** Starts a Node script that prints `ready NAME ADDRESS...` and resolves when it has. */
export async function startServer(
  script: string,
  args: readonly string[] = [],
  nodeArgs: readonly string[] = [],
): Promise<ChildServer> {
  const command = [...nodeArgs, ...profileArgs(script), script, ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const addresses = await readAddresses(child, script);
  return {
    addresses,
    usage: new ProcessUsage(child),
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      // One that is killed writes no profile.
      child.kill(isProfiled() ? 'SIGTERM' : 'SIGKILL');
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
