import { spawn } from 'node:child_process';
import { LimitError, SyncytiumError, type Clock, type Timer } from '@syncytium/kit';
import type { TaskEvent } from '@syncytium/thynapse';
import { eventJson } from './event-json.js';

/** Most bytes that a command may print. */
const outputBytesMax = 1024 * 1024;

/** A command that goes on when it is told to end is ended by force after so long. */
const graceMs = 2000;

export interface ShellCommandOptions {
  readonly clock: Clock;
  /** Ends the command, with all that it started. */
  readonly signal?: AbortSignal;
  /** Longest time that it may run; for ever unless told. */
  readonly timeoutMs?: number;
}

/** A shell command that did not succeed. Code `command_failed`. */
export class CommandFailedError extends SyncytiumError {
  constructor(command: string, how: string, cause?: unknown) {
    super('command_failed', `${command} ${how}`, { details: { command }, cause });
  }
}

/**
 * Runs a command in a shell with the event as JSON on its standard input. Resolves with what it printed: as JSON if it
 * is, else as text without the last line break, `undefined` for nothing. Its standard error is this process's.
 *
 * Throws {@link CommandFailedError} for any exit code but 0, and for one that runs too long, and `LimitError` for more than
 * 1 MiB of output.
 */
export async function runShellCommand(
  command: string,
  event: TaskEvent,
  { clock, signal, timeoutMs = Infinity }: ShellCommandOptions,
): Promise<unknown> {
  const { channel, id, attempt } = event;
  const env = {
    ...process.env,
    THYNAPSE_CHANNEL: channel,
    THYNAPSE_ID: id,
    THYNAPSE_ATTEMPT: String(attempt),
  };
  // A process group of its own: it can be ended as a whole, and a Ctrl-C meant for this process lets it finish.
  const child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'inherit'], env, detached: true });
  const timers: Timer[] = [];
  const end = (): void => {
    endGroup(child.pid, 'SIGTERM');
    timers.push(clock.setTimer(graceMs, () => endGroup(child.pid, 'SIGKILL')));
  };
  const late = new AbortController();
  late.signal.addEventListener('abort', end, { once: true });
  if (timeoutMs < Infinity) timers.push(clock.setTimer(timeoutMs, () => late.abort()));
  signal?.addEventListener('abort', end, { once: true });
  const exited = new Promise<string | undefined>((resolve, reject) => {
    child.on('error', (error) => reject(new CommandFailedError(command, 'could not be started', error)));
    child.on('close', (code, signal) => {
      resolve(signal ? `was ended by ${signal}` : code === 0 ? undefined : `exited with ${code}`);
    });
  });
  // A command need not read what it is given.
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${eventJson(event)}\n`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    const wasWhole = bytes <= outputBytesMax;
    bytes += chunk.length;
    if (bytes <= outputBytesMax) chunks.push(chunk);
    else if (wasWhole) end();
  });
  const failure = await exited.finally(() => {
    signal?.removeEventListener('abort', end);
    for (const timer of timers) timer.cancel();
  });
  if (late.signal.aborted) throw new CommandFailedError(command, `ran longer than ${timeoutMs / 1000} s`);
  if (bytes > outputBytesMax) throw new LimitError(`the output of ${command}`, outputBytesMax, 'bytes');
  if (failure !== undefined) throw new CommandFailedError(command, failure);
  return valueOf(Buffer.concat(chunks).toString('utf8').trimEnd());
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

function valueOf(output: string): unknown {
  if (output === '') return undefined;
  try {
    return JSON.parse(output);
  } catch {
    return output;
  }
}
