import { spawn } from 'node:child_process';
import { SyncytiumError, LimitError } from '@syncytium/kit';
import type { TaskEvent } from '@syncytium/thynapse';

/** Most bytes that a command may print. */
const outputBytesMax = 1024 * 1024;

/** A shell command that did not succeed. Code `command_failed`. */
export class CommandFailedError extends SyncytiumError {
  constructor(command: string, how: string, cause?: unknown) {
    super('command_failed', `${command} ${how}`, { details: { command }, cause });
  }
}

/**
 * Runs a command in a shell with the event as JSON on its standard input. Resolves with what it printed: as JSON if it
 * is, else as text without the last line break, `undefined` for nothing. Its standard error is this process's. The
 * command and all that it started are ended when `signal` fires.
 *
 * Throws {@link CommandFailedError} for any exit code but 0 and `LimitError` for more than 1 MiB of output.
 */
export async function runShellCommand(command: string, event: TaskEvent, signal?: AbortSignal): Promise<unknown> {
  const { channel, id, attempt } = event;
  const env = {
    ...process.env,
    THYNAPSE_CHANNEL: channel,
    THYNAPSE_ID: id,
    THYNAPSE_ATTEMPT: String(attempt),
  };
  // A process group of its own: it can be ended as a whole, and a Ctrl-C meant for this process lets it finish.
  const child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'inherit'], env, detached: true });
  const end = (): void => endGroup(child.pid);
  signal?.addEventListener('abort', end, { once: true });
  const exited = new Promise<string | undefined>((resolve, reject) => {
    child.on('error', (error) => reject(new CommandFailedError(command, 'could not be started', error)));
    child.on('close', (code, signal) => {
      resolve(signal ? `was ended by ${signal}` : code === 0 ? undefined : `exited with ${code}`);
    });
  });
  // A command need not read what it is given.
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${JSON.stringify(event)}\n`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= outputBytesMax) chunks.push(chunk);
    else end();
  });
  const failure = await exited.finally(() => signal?.removeEventListener('abort', end));
  if (bytes > outputBytesMax) throw new LimitError(`the output of ${command}`, outputBytesMax, 'bytes');
  if (failure !== undefined) throw new CommandFailedError(command, failure);
  return valueOf(Buffer.concat(chunks).toString('utf8').trimEnd());
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGTERM');
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
