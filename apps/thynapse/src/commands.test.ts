import { silentLog, type Log } from '@syncytium/kit';
import { readInvocation, systemDeps, UsageError } from '@syncytium/program';
import { register } from '@syncytium/thynapse';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildApp } from './app.js';
import { readConfig } from './config.js';
import { program } from './program.js';

describe('client commands', () => {
  const app = buildApp(readConfig({}, ['transmitter', '0', '--http', ':0']), systemDeps(silentLog));
  let transmitter = '';
  let event = '';
  let http = '';

  beforeAll(async () => {
    [transmitter = '', event = '', http = ''] = await app.start();
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
    const note = (message: string): void => {
      lines.push(`log ${message}`);
      wake();
    };
    const log: Log = { ...silentLog, info: note, warn: note };
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
    await expect(run(['send', 'thynapse::x']).code).rejects.toMatchObject({ code: 'reserved_channel' });
    for (const argv of [['a*'], [''], ['a\n'], ['x', '{"a":']])
      expect(() => run(['send', ...argv]).code).toThrow(UsageError);
    for (const command of ['watch', 'work']) expect(() => run([command, '']).code).toThrow(UsageError);
  });

  test.each([
    [['work', 'x', '--exec', 'true', '--service', 'a*'], '--service must have 1 to 128 characters'],
    [['work', 'x', '--exec', 'true', '--service', 'thynapse'], 'and not be thynapse'],
    [['send', 'x', '--key', 'k'.repeat(257)], '--key must have 1 to 256 characters'],
    [['request', 'x', '--key', ''], '--key must have 1 to 256 characters'],
  ])('%j is wrong usage', (argv, problem) => {
    const read = () => readInvocation(program, {}, argv);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(problem);
  });

  test('request prints what the handler answered, and who is missing where nobody does', async () => {
    await using mail = await register('mail', transmitter);
    await mail.on('mail::*', ({ data, key }) => ({ data, key }));
    await mail.on('nothing', () => undefined);
    const request = run(['request', 'mail::send', '{"to":"ada"}', '--key', 'ada']);
    expect(await request.code).toBe(0);
    expect(request.lines).toEqual(['{"data":{"to":"ada"},"key":"ada"}']);
    const nothing = run(['request', 'nothing']);
    expect(await nothing.code).toBe(0);
    expect(nothing.lines).toEqual(['null']);
    await expect(run(['request', 'letter']).code).rejects.toThrow('no service catches letter');
    let finish: ((value: unknown) => void) | undefined;
    await mail.on('slow', () => new Promise((resolve) => (finish = resolve)));
    await expect(run(['request', 'slow', '--timeout', '100ms']).code).rejects.toThrow(
      /^request\/\w+ waited .* for an answer to slow from service mail$/,
    );
    finish?.(null);
  });

  test('request --all prints the answer of every cell, also where some are missing, and names those', async () => {
    await using one = await register('one', transmitter);
    await using other = await register('other', transmitter);
    await one.all.answer('status', () => 1);
    const ofOne = JSON.stringify({ service: 'one', cell: one.id, data: 1 });
    const all = run(['request', 'status', '--all']);
    expect(await all.code).toBe(0);
    expect(all.lines).toEqual([ofOne]);
    const none = run(['request', 'nothing', '--all']);
    expect(await none.code).toBe(0);
    expect(none.lines).toEqual(['log no cell answers to nothing']);
    await other.all.answer('status', () => {
      throw new Error('on strike');
    });
    const some = run(['request', 'status', '--all']);
    await expect(some.code).rejects.toThrow(`1 of 2 cells answered status; not ${other.name} (on strike)`);
    expect(some.lines).toEqual([ofOne]);
    expect(() => run(['request', 'status', '--all', '--key', 'x']).code).toThrow('--key is of no use with --all');
  });

  test('what is to be done once, and is interrupted, was not done', async () => {
    for (const argv of [['send', 'x'], ['request', 'x'], ['bench']]) {
      const command = run([...argv, '--transmitter', '127.0.0.1:1']);
      await expect(command.interrupt()).rejects.toMatchObject({ code: 'aborted' });
    }
  });

  test('topology prints who is there', async () => {
    await using mail = await register('mail', transmitter, { capacity: 3 });
    await mail.on('mail::*', () => null);
    // As the transmitter prints it.
    const topology = run(['topology', '--http', http]);
    expect(await topology.code).toBe(0);
    expect(JSON.parse(topology.lines.join('\n'))).toMatchObject({
      transmitter: { command: transmitter },
      services: [{ name: 'mail', patterns: ['mail::*'], cells: [{ id: mail.id, name: mail.name, capacity: 3 }] }],
    });
  });

  test('top shows rates of services and cells, once if told so', async () => {
    await using mail = await register('mail', transmitter);
    await mail.on('job', () => null);
    await mail.request('job');
    // Whoever runs the tests may have asked for colours.
    vi.stubEnv('FORCE_COLOR', undefined);
    const once = run(['top', '--once', '--every', '10ms', '--http', new URL(http).host]);
    expect(await once.code).toBe(0);
    vi.unstubAllEnvs();
    expect(once.lines.join('\n')).toMatch(
      new RegExp(`^SERVICE.*DONE/S.*\nmail +1 +0 +0 +0 +0 +- +job\n {2}${mail.name} +0 +0/16 +job$`, 'm'),
    );
    const live = run(['top', '--every', '10ms', '--http', new URL(http).host]);
    await live.until(/^transmitter/);
    expect(await live.interrupt()).toBe(0);
  });

  test('top and topology name a transmitter that is not there, or is something else', async () => {
    await expect(run(['topology', '--http', new URL(transmitter).host]).code).rejects.toThrow(
      'what is there speaks something else',
    );
    for (const name of ['top', 'topology'])
      await expect(run([name, '--http', ':1']).code).rejects.toThrow(
        /^no transmitter answers at http:\/\/127.0.0.1:1 /,
      );
  });

  test('bench tells rates and percentiles of all four kinds', async () => {
    const bench = run(['bench', '--time', '20ms', '--size', '16']);
    expect(await bench.code).toBe(0);
    const [header, ...rows] = bench.lines.filter((line) => !line.startsWith('log'));
    expect(header).toMatch(/^16 characters +events\/s +p50 ms +p99 ms +p99.9 ms$/);
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row).toMatch(/^(multi|any)catch.* +[1-9]\d*( +[\d.e+-]+){3}$/);
  });

  test('work needs a command', () => {
    expect(() => run(['work', 'x']).code).toThrow('--exec is needed');
  });

  test('a transmitter that is not there is named, also where something else is', async () => {
    const hint = 'to which no line came about: is it running, and is this the address of its command socket?';
    for (const address of ['tcp://127.0.0.1:1', event])
      await expect(run(['send', 'x', '--transmitter', address, '--timeout', '50ms']).code).rejects.toThrow(
        `for a welcome from the transmitter at ${address}, ${hint}`,
      );
    for (const address of ['tcp://nonsense', 'http://127.0.0.1:5454', '127.0.0.1:0', ':70000'])
      expect(() => run(['watch', 'x', '--transmitter', address]).code).toThrow(UsageError);
  });

  test('an interrupt while it connects is a good end', async () => {
    const watch = run(['watch', 'x', '--transmitter', '127.0.0.1:1']);
    expect(await watch.interrupt()).toBe(0);
  });
});
