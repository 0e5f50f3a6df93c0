import { silentLog } from '@syncytium/kit';
import { Provider } from '@syncytium/fxp';
import { readInvocation, systemDeps, UsageError } from '@syncytium/program';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from './app.js';
import { readConfig } from './config.js';
import { program } from './program.js';

describe('client commands', () => {
  const app = buildApp(readConfig({}, ['--listen', ':0', '--http', ':0']), systemDeps(silentLog));
  let redis = '';

  beforeAll(async () => {
    [redis = ''] = await app.start();
  });

  afterAll(() => app.stop());

  /** Runs a command line as the program would, against the app. */
  async function run(argv: string[], { signal = new AbortController().signal, onPrint = (): void => undefined } = {}) {
    const { command, config } = readInvocation(program, { SYNCYTIUM_FXP_REDIS: redis }, argv);
    const lines: string[] = [];
    const print = (line: string): void => {
      lines.push(line);
      onPrint();
    };
    const code = await command.run!(config as never, { ...systemDeps(silentLog), print, signal });
    return { code, lines };
  }

  /** Runs `fxp echo` until the returned function is called, which resolves with its exit code. */
  async function runEcho(...argv: string[]): Promise<() => Promise<number>> {
    const interrupt = new AbortController();
    let done: Promise<{ code: number }> | undefined;
    await new Promise<void>((resolve) => {
      done = run(['echo', ...argv], { signal: interrupt.signal, onPrint: () => resolve() });
    });
    return async () => {
      interrupt.abort();
      return (await done!).code;
    };
  }

  test('providers lists services', async () => {
    expect(await run(['providers'])).toEqual({ code: 0, lines: ['nobody provides a service'] });
    await using provider = await Provider.connect(redis);
    await provider.register('a', () => undefined);
    await provider.register('long_name', () => undefined);
    expect(await run(['providers'])).toEqual({ code: 0, lines: ['a          1', 'long_name  1'] });
  });

  test('call gets the answer of echo, until that is interrupted', async () => {
    const stop = await runEcho();
    expect(await run(['call', 'json_echo', '{"hello":"world"}', '--id', 's'])).toEqual({
      code: 0,
      lines: ['{"hello":"world"}'],
    });
    expect(await stop()).toBe(0);
    await expect(run(['call', 'json_echo', '{}'])).rejects.toMatchObject({ code: 'fxp_no_provider' });
  });

  test('call names the provider that does not answer', async () => {
    await using provider = await Provider.connect(redis);
    await provider.register('silent', async (session) => {
      await session.pop();
      await session.pop();
    });
    await expect(run(['call', 'silent', '{}', '--id', 's', '--timeout', '20ms'])).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringMatching(/from provider ".*" claimed .*popped item 1 and has not answered/) as string,
    });
  });

  test.each(['[1]', '"text"', '{"a":', 'null'])('call takes a JSON object, not %s', async (input) => {
    await expect(run(['call', 'json_echo', input])).rejects.toBeInstanceOf(UsageError);
  });

  test('a broker that is not there is named', async () => {
    for (const argv of [['providers'], ['call', 'x', '{}'], ['echo']])
      await expect(run([...argv, '--redis', 'redis://127.0.0.1:1'])).rejects.toMatchObject({
        code: 'broker_unreachable',
        message: 'Redis at 127.0.0.1:1 cannot be reached: connection refused',
      });
  });
});
