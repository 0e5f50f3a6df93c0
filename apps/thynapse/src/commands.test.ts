import { silentLog, type Log } from '@syncytium/kit';
import { readInvocation, systemDeps, UsageError } from '@syncytium/program';
import { register } from '@syncytium/thynapse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from './app.js';
import { readConfig } from './config.js';
import { program } from './program.js';

describe('client commands', () => {
  const app = buildApp(readConfig({}, ['transmitter', '0', '--http', ':0']), systemDeps(silentLog));
  let transmitter = '';

  beforeAll(async () => {
    [transmitter = ''] = await app.start();
  });
  afterAll(() => app.stop());

  /** Runs a command line as the program would, against the app. */
  function run(argv: string[]) {
    const { command, config } = readInvocation(program, { SYNCYTIUM_THYNAPSE_TRANSMITTER: transmitter }, argv);
    const interrupt = new AbortController();
    const lines: string[] = [];
    const waiting: (() => void)[] = [];
    const wake = (): void => {
      for (const go of waiting.splice(0)) go();
    };
    const log: Log = {
      ...silentLog,
      info(message) {
        lines.push(`log ${message}`);
        wake();
      },
    };
    const print = (line: string): void => {
      lines.push(line);
      wake();
    };
    const code = command.run!(config as never, { ...systemDeps(log), print, signal: interrupt.signal });
    return {
      code,
      lines,
      /** Resolves when a line has come. */
      async until(line: string | RegExp) {
        const isThere = () => lines.some((one) => (typeof line === 'string' ? one === line : line.test(one)));
        while (!isThere()) await new Promise<void>((resolve) => waiting.push(resolve));
      },
      interrupt() {
        interrupt.abort();
        return code;
      },
    };
  }

  test('watch prints what send sends, until it is interrupted', async () => {
    const watch = run(['watch', 'hello::*']);
    await watch.until('log watching');
    const send = run(['send', 'hello::world', '{"seq":1}']);
    expect(await send.code).toBe(0);
    expect(send.lines.filter((line) => !line.startsWith('log'))).toEqual([expect.stringMatching(/^[0-9a-f]{40}$/)]);
    expect(await run(['send', 'hello::again']).code).toBe(0);
    await watch.until('hello::world {"seq":1}');
    await watch.until('hello::again');
    expect(await watch.interrupt()).toBe(0);
  });

  test('watch --full prints whole events', async () => {
    const watch = run(['watch', 'x', '--full']);
    await watch.until('log watching');
    await run(['send', 'x', '[1]']).code;
    await watch.until(
      /^\{"id":"[0-9a-f]{40}","channel":"x","data":\[1\],"from":"[0-9a-f]{40}","seq":1,"at":\d+,"confirm":true\}$/,
    );
    expect(await watch.interrupt()).toBe(0);
  });

  test('work answers with what its command prints, and fails with its exit code', async () => {
    await using cell = await register('asker', transmitter);
    const cat = run(['work', 'echo::*', '--exec', 'cat', '--service', 'cat']);
    const no = run(['work', 'no::*', '--exec', 'echo not this; exit 3', '--service', 'no']);
    await cat.until('log working');
    await no.until('log working');
    expect(await cell.request('echo::x', { a: 1 })).toMatchObject({ channel: 'echo::x', data: { a: 1 }, attempt: 1 });
    await expect(cell.request('no::x')).rejects.toMatchObject({
      code: 'request_failed',
      details: { service: 'no', reason: 'echo not this; exit 3 exited with 3' },
    });
    expect(await cat.interrupt()).toBe(0);
    expect(await no.interrupt()).toBe(0);
  });

  test('send says what is wrong with an event', async () => {
    await expect(run(['send', 'a*']).code).rejects.toMatchObject({ code: 'bad_channel' });
    await expect(run(['send', 'thynapse::x']).code).rejects.toMatchObject({ code: 'reserved_channel' });
    expect(() => run(['send', 'x', '{"a":']).code).toThrow(UsageError);
  });

  test('work needs a command', () => {
    expect(() => run(['work', 'x']).code).toThrow('--exec is needed');
  });

  test('a transmitter that is not there is named', async () => {
    const argv = ['send', 'x', '--transmitter', '127.0.0.1:1', '--timeout', '50ms'];
    await expect(run(argv).code).rejects.toThrow(/welcome from the transmitter at tcp:\/\/127\.0\.0\.1:1$/);
    await expect(run(['watch', 'x', '--transmitter', 'tcp://nonsense']).code).rejects.toMatchObject({
      code: 'address_invalid',
    });
  });

  test('an interrupt while it connects is a good end', async () => {
    const watch = run(['watch', 'x', '--transmitter', '127.0.0.1:1']);
    expect(await watch.interrupt()).toBe(0);
  });
});
