import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Has a child process killed when this process ends, however it ends: a test runner that gives a test up kills its
 * worker, which then can do nothing any more. Returns the guard, whose standard input closes with this process.
 */
export function endWithUs(child: ChildProcess): ChildProcess {
  // One that could not be started has no number, and nothing is killed.
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -9 "$0"', `${child.pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Its number may soon be another process's.
  child.once('close', () => guard.kill('SIGKILL'));
  guard.once('error', () => undefined);
  guard.unref();
  return guard;
}
