import { describe, expect, test } from 'vitest';
import { runShellCommand } from './run-shell-command.js';

const event = { id: '0'.repeat(40), channel: 'a::b', data: { x: 1 }, attempt: 2 };

describe('a shell command', () => {
  test('gets the event on its standard input and in its environment', async () => {
    expect(await runShellCommand('cat', event)).toEqual(event);
    expect(await runShellCommand('echo "$THYNAPSE_CHANNEL $THYNAPSE_ATTEMPT"', event)).toBe('a::b 2');
  });

  test('answers with JSON, else with text, else with nothing', async () => {
    expect(await runShellCommand("echo '[1,2]'", event)).toEqual([1, 2]);
    expect(await runShellCommand("printf 'two\\nlines\\n\\n'", event)).toBe('two\nlines');
    expect(await runShellCommand('true', event)).toBeUndefined();
  });

  test('need not read its input, however long it is', async () => {
    expect(await runShellCommand('echo ok', { ...event, data: 'x'.repeat(10_000_000) })).toBe('ok');
  });

  test('fails by its exit code, by a signal, or by not being there', async () => {
    await expect(runShellCommand('exit 3', event)).rejects.toThrow('exit 3 exited with 3');
    await expect(runShellCommand('kill -9 $$', event)).rejects.toThrow('was ended by SIGKILL');
    await expect(runShellCommand('/no/such/program', event)).rejects.toMatchObject({ code: 'command_failed' });
  });

  test('is ended, with all that it started, when the signal fires', async () => {
    const controller = new AbortController();
    const running = runShellCommand('sleep 1000 & sleep 1000; true', event, controller.signal);
    setImmediate(() => controller.abort());
    await expect(running).rejects.toThrow('was ended by SIGTERM');
  });

  test('may not print without end', async () => {
    await expect(runShellCommand('yes', event)).rejects.toMatchObject({ code: 'limit_reached' });
  });
});
