import { systemClock, type Clock } from '@syncytium/kit';
import type { TaskEvent } from '@syncytium/thynapse';
import { describe, expect, test } from 'vitest';
import { runShellCommand, type ShellCommandOptions } from './run-shell-command.js';

const event = { id: '0'.repeat(40), channel: 'a::b', data: { x: 1 }, attempt: 2 };

/** Every timer's time comes at once. */
const hurried: Clock = {
  now: () => systemClock.now(),
  wallNow: () => systemClock.wallNow(),
  setTimer: (_ms, onTime) => systemClock.setTimer(0, onTime),
};
const run = (command: string, given: TaskEvent = event, options: Partial<ShellCommandOptions> = {}) =>
  runShellCommand(command, given, { clock: systemClock, ...options });

describe('a shell command', () => {
  test('gets the event on its standard input and in its environment', async () => {
    expect(await run('cat')).toEqual(event);
    expect(await run('echo "$THYNAPSE_CHANNEL $THYNAPSE_ATTEMPT"')).toBe('a::b 2');
  });

  test('answers with JSON, else with text, else with nothing', async () => {
    expect(await run("echo '[1,2]'")).toEqual([1, 2]);
    expect(await run("printf 'two\\nlines\\n\\n'")).toBe('two\nlines');
    expect(await run('true')).toBeUndefined();
  });

  test('need not read its input, however long it is', async () => {
    expect(await run('echo ok', { ...event, data: 'x'.repeat(10_000_000) })).toBe('ok');
  });

  test('fails by its exit code, by a signal, or by not being there', async () => {
    await expect(run('exit 3')).rejects.toThrow('exit 3 exited with 3');
    await expect(run('kill -9 $$')).rejects.toThrow('was ended by SIGKILL');
    await expect(run('/no/such/program')).rejects.toMatchObject({ code: 'command_failed' });
  });

  test('is ended, with all that it started, when the signal fires', async () => {
    const controller = new AbortController();
    const running = run('sleep 1000 & sleep 1000; true', event, { signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(running).rejects.toThrow('was ended by SIGTERM');
  });

  test('may not run longer than told, whether it heeds that or not', async () => {
    for (const command of ['sleep 1000', "trap '' TERM; sleep 1000; sleep 1000"]) {
      const running = run(command, event, { clock: hurried, timeoutMs: 5000 });
      await expect(running).rejects.toThrow(`${command} ran longer than 5 s`);
    }
  });

  test('may not print without end', async () => {
    await expect(run('yes')).rejects.toMatchObject({ code: 'limit_reached' });
  });
});
