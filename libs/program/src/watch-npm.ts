import type { Env } from './program.js';

const lookEveryMs = 500;

/**
 * Calls `onOrphaned` when the npm above this process has gone. `npx` hands a signal to the shell between it and the
 * program; a shell that dies of it without passing it on would leave the server running unseen. Not under npm, a
 * process may well outlive its parent. Returns what ends the watch.
 */
export function watchNpm(env: Env, onOrphaned: () => void): () => void {
  if (env.npm_command === undefined) return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onOrphaned();
  }, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
