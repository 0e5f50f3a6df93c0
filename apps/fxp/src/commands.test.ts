import { silentLog } from '@syncytium/kit';
import { Provider } from '@syncytium/fxp';
import { readInvocation, systemDeps, UsageError } from '@syncytium/program';
import { RedisBroker } from '@syncytium/transport/redis';
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

  test.each([
    [
      ['call', 'x', '{}', '--redis', 'http://a'],
      "--redis must be redis://HOST:PORT or rediss://HOST:PORT, got 'http://a'",
    ],
    [['echo', '--lease', '1ms'], "--lease must be a time of at least 10ms, got '1ms'"],
    [['replay', 'f', '--tolerance', '-1'], "--tolerance must be a number of at least 0, such as 1e-9, got '-1'"],
    [['work', 'x'], '--exec is needed: what is to be run for each session'],
    [['call', 'x', '{}', '--acknowledge', '--plain'], '--acknowledge cannot be had with --plain'],
  ])('what is wrong with %j is told', async (argv, problem) => {
    const error = await run(argv).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toContain(problem);
  });

  test('an address for the embedded broker is refused where there is none', () => {
    const { command, config } = readInvocation(program, {}, ['--listen', ':0', '--redis', 'redis://127.0.0.1:1']);
    const build = (): unknown => command.build!(config as never, systemDeps(silentLog), {});
    expect(build).toThrow(UsageError);
    expect(build).toThrow('--listen is for the embedded broker');
  });

  test('a password is not repeated where its URL is wrong', async () => {
    const error = await run(['providers', '--redis', 'http://user:secret@a']).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'invalid_argument' });
    expect((error as Error).message).not.toContain('secret');
  });

  test('providers shows who provides a service', async () => {
    await using provider = await Provider.connect(redis, { name: 'toksys-7', version: '1.2' });
    await provider.register('shown', () => undefined);
    const { code, lines } = await run(['providers', 'shown']);
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^PROVIDER +VERSION +SESSIONS +LOAD +HOST +PID$/);
    expect(lines[1]).toMatch(new RegExp(`^toksys-7 +1\\.2 +0/1000 +0\\.000 +\\S+ +${process.pid}$`));
    const broker = await RedisBroker.connect(redis);
    await broker.subscribe('shown', () => undefined);
    expect((await run(['providers', 'shown'])).lines[2]).toBe('1 of another kind, of which no more is known');
    await broker.close();
    expect(await run(['providers', 'nobodys'])).toEqual({ code: 1, lines: ['nobody provides nobodys'] });
  });

  test('a broker that is not there is named', async () => {
    for (const argv of [['providers'], ['call', 'x', '{}'], ['echo']])
      await expect(run([...argv, '--redis', 'redis://127.0.0.1:1'])).rejects.toMatchObject({
        code: 'broker_unreachable',
        message: 'Redis at 127.0.0.1:1 cannot be reached: connection refused',
      });
  });
});
