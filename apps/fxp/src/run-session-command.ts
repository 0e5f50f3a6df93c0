import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Session } from '@syncytium/fxp';
import type { Clock, Log } from '@syncytium/kit';
import { CommandFailedError } from './errors.js';
import { jsonLines } from './json-lines.js';

export interface SessionCommandDeps {
  readonly log: Log;
  readonly clock: Clock;
}

/** Longest time in milliseconds that a command has to end by itself when its session is over. */
const endMsMax = 2000;

/**
 * Serves a session by a command in a shell: each input is a line of JSON on its standard input, each line of JSON that it
 * prints is an output. Its standard error is this process's. Its standard input ends when the session does; when the
 * command ends first, the session does. Throws {@link CommandFailedError} for any exit code but 0, and `BadLineError` for
 * a line that is no JSON object.
 */
export async function runSessionCommand(command: string, session: Session, deps: SessionCommandDeps): Promise<void> {
  const { log, clock } = deps;
  const { service, id } = session;
  const env = { ...process.env, FXP_SERVICE: service, FXP_SESSION: id };
  // A process group of its own: it can be ended as a whole, and a Ctrl-C meant for this process lets it finish.
  const child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'inherit'], env, detached: true });
  log.info('session begins', { service, session: id, child: child.pid });
  const exited = exitOf(child, command);
  // Told below, by whoever waits for it.
  exited.catch(() => undefined);
  const hasExited = new AbortController();
  void exited.finally(() => hasExited.abort()).catch(() => undefined);
  // A command need not read what it is given.
  child.stdin.on('error', () => undefined);
  const answering = answer(child, command, session);
  answering.catch(() => endGroup(child));
  try {
    await feed(child, session, hasExited.signal);
  } finally {
    child.stdin.end();
    const timer = clock.setTimer(endMsMax, () => endGroup(child));
    await Promise.allSettled([answering, exited]);
    timer.cancel();
  }
  await answering;
  if (!session.isEnded) await exited;
  log.info('session is over', { service, session: id });
}

/** Hands on inputs until there are no more or the command has ended. */
async function feed({ stdin }: ChildProcess, session: Session, hasExited: AbortSignal): Promise<void> {
  const items = session[Symbol.asyncIterator]();
  const ended = once(hasExited, 'abort').then(() => undefined);
  for (;;) {
    const next = await Promise.race([items.next(), ended]);
    if (next === undefined || next.done) return;
    if (stdin?.write(`${JSON.stringify(next.value)}\n`) === false)
      await Promise.race([once(stdin, 'drain').catch(() => undefined), ended]);
  }
}

async function answer({ stdout }: ChildProcess, command: string, session: Session): Promise<void> {
  if (!stdout) return;
  for await (const output of jsonLines(stdout, `the output of ${command}`)) {
    // What it prints when its session is over is for nobody.
    if (!session.isEnded) await session.push(output);
  }
}

function exitOf(child: ChildProcess, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new CommandFailedError(command, 'could not be started', error)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new CommandFailedError(command, signal ? `was ended by ${signal}` : `exited with ${code}`));
    });
  });
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGTERM');
  } catch {
    // It has ended already.
  }
}
