import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@syncytium/kit';
import { Provider, Requestor, type PayloadCodec, type ServiceFunction } from '@syncytium/fxp';
import { readInvocation, systemDeps } from '@syncytium/program';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { program } from '../program.js';
import { startApp, type RunningApp } from '../testing/start-app.js';

let running: RunningApp;
const folder = mkdtempSync(join(tmpdir(), 'fxp-recording-'));
beforeAll(async () => {
  running = await startApp();
});
afterAll(async () => {
  await running.app.stop();
  rmSync(folder, { recursive: true, force: true });
});

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Run {
  readonly done: Promise<{ readonly code: number; readonly lines: readonly string[] }>;
  /** Resolves with the first line. */
  readonly begun: Promise<string>;
  interrupt(): void;
}

/** Runs a command line as the program would, against the app. */
function run(...argv: string[]): Run {
  const { command, config } = readInvocation(program, { SYNCYTIUM_FXP_REDIS: running.redis }, argv);
  const lines: string[] = [];
  const interrupt = new AbortController();
  let begin: (line: string) => void;
  const begun = new Promise<string>((resolve) => (begin = resolve));
  const print = (line: string): void => {
    lines.push(line);
    begin(line);
  };
  const context = { ...systemDeps(silentLog), print, signal: interrupt.signal };
  const running_ = command.run?.(config as never, context) ?? Promise.resolve(0);
  const done = running_.then((code) => ({ code, lines }));
  done.catch(() => undefined);
  return { done, begun, interrupt: () => interrupt.abort() };
}

let files = 0;
const newFile = (): string => join(folder, `${files++}.ndjson`);

async function provide<C extends PayloadCodec = 'json'>(service: string, serve: ServiceFunction<C>, codec?: C) {
  const provider = await Provider.connect(running.redis);
  cleanUps.push(() => provider.close());
  await provider.register(service, serve, codec === undefined ? {} : { codec });
}

/** Answers each input with the sum of all so far, times a factor. */
const summing =
  (factor: number): ServiceFunction =>
  async (session) => {
    let sum = 0;
    for await (const { n } of session) await session.push({ sum: (sum += Number(n)) * factor, by: { factor } });
  };

async function recordSums(options: { acknowledge?: boolean; extensions?: boolean } = {}): Promise<string> {
  const file = newFile();
  const recording = run('record', 'shot', file);
  expect(await recording.begun).toBe('records shot');
  const { acknowledge = false, extensions = true } = options;
  await using requestor = await Requestor.connect(running.redis, { extensions });
  const session = await requestor.open('sums', { id: 'shot', acknowledge });
  for (const n of [1, 2, 3]) await session.call({ n });
  await session.close();
  // The original has no word for the end.
  if (!extensions) recording.interrupt();
  const { code, lines } = await recording.done;
  expect(code).toBe(0);
  expect(lines.at(-1)).toBe('recorded 3 inputs and 3 outputs of sums/shot');
  return file;
}

describe('a recording', () => {
  test.each([{}, { acknowledge: true }, { extensions: false }])('is replayed without a difference: %j', async (how) => {
    await provide('sums', summing(1));
    const file = await recordSums(how);
    const again = await run('replay', file, ...(how.acknowledge ? ['--plain'] : [])).done;
    expect(again).toEqual({ code: 0, lines: ['replayed 3 inputs to sums, compared 3 outputs: no differences'] });
  });

  test('shows where another provider differs, within a tolerance', async () => {
    await provide('sums', summing(1));
    await provide('others', summing(1 + 1e-7));
    const file = await recordSums();
    const strict = await run('replay', file, 'others').done;
    expect(strict.code).toBe(1);
    expect(strict.lines.slice(0, 2)).toEqual([
      'output 1: $.sum is 1.0000001, was 1',
      'output 1: $.by.factor is 1.0000001, was 1',
    ]);
    expect(strict.lines.at(-1)).toBe('replayed 3 inputs to others, compared 3 outputs: 6 differences');
    const few = await run('replay', file, 'others', '--differences', '3').done;
    expect(few.lines.at(-1)).toBe('replayed 2 inputs to others, compared 2 outputs: 3 differences, and stopped there');
    expect((await run('replay', file, 'others', '--tolerance', '1e-6', '--realtime').done).code).toBe(0);
  });

  test('has the error that ended it, which is compared as well', async () => {
    const failing =
      (message: string): ServiceFunction =>
      async (session) => {
        await session.pop();
        throw new RangeError(message);
      };
    await provide('failing', failing('beyond'));
    await provide('other', failing('below'));
    await provide('sums', summing(1));
    const file = newFile();
    const recording = run('record', 'f', file, '--service', 'failing');
    await recording.begun;
    await using requestor = await Requestor.connect(running.redis);
    const session = await requestor.open('failing', { id: 'f' });
    await expect(session.call({ n: 1 })).rejects.toMatchObject({ code: 'fxp_remote' });
    await recording.done;
    expect(readFileSync(file, 'utf8')).toContain('"error":{"name":"RangeError","message":"beyond"}');
    expect((await run('replay', file).done).code).toBe(0);
    const other = await run('replay', file, 'other').done;
    expect(other.lines[0]).toBe('output 1: $ is "RangeError: below", was "RangeError: beyond"');
    const lasting = await run('replay', file, 'sums').done;
    expect(lasting.lines[0]).toBe('output 1: $ is {"sum":1,"by":{"factor":1}}, was "RangeError: beyond"');
    expect(lasting.code).toBe(1);
  });

  test('carries MessagePack, too', async () => {
    const serve =
      (last: number): ServiceFunction<'msgpack'> =>
      async (session) => {
        await session.pop();
        await session.push(Float64Array.of(1, last));
      };
    await provide('arrays', serve(2), 'msgpack');
    await provide('nearly', serve(2.5), 'msgpack');
    const file = newFile();
    const recording = run('record', 'm', file);
    await recording.begun;
    await using requestor = await Requestor.connect(running.redis);
    const session = await requestor.open('arrays', { id: 'm', codec: 'msgpack' });
    await session.call([1]);
    await session.close();
    await recording.done;
    expect((await run('replay', file).done).code).toBe(0);
    const nearly = await run('replay', file, 'nearly', '--msgpack').done;
    expect(nearly.lines[0]).toBe('output 1: $[1] is 2.5, was 2');
  });

  test('is of no session, and empty, when it is interrupted before one began', async () => {
    const file = newFile();
    const recording = run('record', 'never', file);
    await recording.begun;
    recording.interrupt();
    expect((await recording.done).lines.at(-1)).toBe('recorded 0 inputs and 0 outputs of never');
    await expect(run('replay', file).done).rejects.toMatchObject({ code: 'bad_line' });
  });

  test('takes no file that is there, and says which is not', async () => {
    const file = newFile();
    writeFileSync(file, 'mine');
    await expect(run('record', 's', file).done).rejects.toThrow(`${file} is there already`);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    const none = join(folder, 'none');
    await expect(run('replay', none).done).rejects.toThrow(/none is not there$/);
    const nowhere = join(none, 'new');
    await expect(run('record', 's', nowhere).done).rejects.toThrow(
      `${nowhere} cannot be made: its folder is not there`,
    );
    await expect(run('record', 's', join(file, 'new')).done).rejects.toThrow('what should be one is a file');
    await expect(run('replay', folder).done).rejects.toThrow(`${folder} is a folder`);
    await expect(run('record', 's', none, '--redis', 'redis://127.0.0.1:1').done).rejects.toMatchObject({
      code: 'broker_unreachable',
    });
    expect(existsSync(none)).toBe(false);
  });
});
