import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endWithUs } from './end-with-us.js';

const startSleeper = (): ChildProcess => spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);

test('a child is killed when this process is gone', async () => {
  const sleeper = startSleeper();
  const guard = endWithUs(sleeper);
  // The system does this for a process that is killed.
  guard.stdin?.destroy();
  expect(await once(sleeper, 'close')).toEqual([null, 'SIGKILL']);
});

test('a child that ends leaves no guard', async () => {
  const sleeper = startSleeper();
  const guard = endWithUs(sleeper);
  sleeper.kill('SIGTERM');
  expect(await once(guard, 'close')).toEqual([null, 'SIGKILL']);
});
