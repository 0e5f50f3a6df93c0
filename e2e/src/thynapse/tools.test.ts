import { join } from 'node:path';
import { register } from '@syncytium/thynapse';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root, runCommand, runProgram, type RunningProgram } from '../run-program.js';
import { metricOf, startTransmitter, type Transmitter } from './transmitters.js';

const program = join(root, 'apps/thynapse/bin/thynapse.js');

/** `thynapse ...`, as a cell of this transmitter. */
function runAt({ command }: Transmitter, ...argv: string[]): RunningProgram {
  return runProgram('thynapse', [...argv, '--transmitter', command]);
}

/** A worker of the service `worker`; resolves when it works. */
async function startWorker(at: Transmitter, pattern: string, exec: string): Promise<RunningProgram> {
  const worker = runAt(at, 'work', pattern, '--exec', exec, '--service', 'worker');
  await worker.line('stderr', /working/);
  return worker;
}

async function waitsOf({ http }: Transmitter): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { waits } = (await (await fetch(`${http}/waits`)).json()) as { readonly waits: Record<string, unknown>[] };
  return waits;
}

/**
 * A command line on a terminal of its own. Typing Ctrl-C is writing `\x03`.
 * The command takes the shell's place: a shell that stays would be interrupted too, and end with 130.
 */
function runOnTerminal(commandLine: string): RunningProgram {
  const settings = { TERM: 'xterm', SHELL: '/bin/sh' };
  return runCommand('script', ['-qfec', `exec ${commandLine}`, '/dev/null'], settings, root, 'pipe');
}

test('the tools show who is there, and measure it', async () => {
  const transmitter = await startTransmitter();
  const address = ['--http', transmitter.http];
  const work = await startWorker(transmitter, 'job::*', 'true');
  const topology = runProgram('thynapse', ['topology', ...address]);
  expect(await topology.exit()).toBe(0);
  expect(JSON.parse(topology.stdout.join('\n'))).toMatchObject({
    transmitter: { command: transmitter.command },
    services: [{ name: 'worker', patterns: ['job::*'], cells: [{ capacity: 1, inFlight: 0 }] }],
  });
  const top = runProgram('thynapse', ['top', '--once', '--every', '10ms', ...address]);
  expect(await top.exit()).toBe(0);
  expect(top.stdout.join('\n')).toMatch(/^SERVICE .*\nworker +1 .*job::\*\n {2}worker\/[0-9a-f]{8} .*0\/1 .*job::\*$/m);
  const bench = runAt(transmitter, 'bench', '--time', '50ms');
  expect(await bench.exit(), bench.stderr.join('\n')).toBe(0);
  expect(bench.stdout).toHaveLength(5);
  expect(await work.exit('SIGTERM')).toBe(0);
});

test.each([
  [['send', 'a', '{bad'], 'argument data of thynapse send must be JSON'],
  [['watch', ''], 'argument pattern of thynapse watch must have 1 to 512 characters'],
  [['transmitter', '0', '--peer', 'tcp://nonsense'], '--peer must be HOST:PORT'],
  [['work', 'a', '--service', 'a*'], '--service must have 1 to 128 characters'],
])('%j is wrong usage, told in one line and at once', async (argv, problem) => {
  const tool = runProgram('thynapse', argv);
  expect(await tool.exit()).toBe(2);
  expect(tool.stderr).toEqual([expect.stringContaining(problem)]);
  expect(tool.stderr[0]).toMatch(new RegExp(`\\(see thynapse ${argv[0]} --help\\)$`));
  expect(tool.stdout).toEqual([]);
});

describe('what a tool waits for', () => {
  test('it tells after a second, and leaves undone when it is interrupted', async () => {
    const send = runProgram('thynapse', ['send', 'x', '--transmitter', '127.0.0.1:1', '--timeout', '1h']);
    await send.line('stderr', /waiting for a welcome from tcp:\/\/127\.0\.0\.1:1/);
    expect(await send.exit('SIGINT')).toBe(1);
    expect(send.stderr.at(-1)).toMatch(/^thynapse: .* was aborted$/);
  });

  test('an answer: nobody is there, or a service has not answered yet, and /waits names the cell', async () => {
    const transmitter = await startTransmitter();
    const nobody = runAt(transmitter, 'request', 'job::x');
    expect(await nobody.exit()).toBe(1);
    expect(nobody.stderr).toEqual(['thynapse: no service catches job::x']);
    const worker = await register('worker', transmitter.command, { capacity: 1 });
    onTestFinished(() => worker.close({ timeout: 0 }));
    await worker.on('job::*', () => new Promise(() => undefined));
    const request = runAt(transmitter, 'request', 'job::x', '--timeout', '1h');
    await request.line('stderr', /waiting for an answer to job::x from worker/);
    const whom = [worker.name];
    expect(await waitsOf(transmitter)).toMatchObject([{ what: 'answer of worker to job::x', whom }]);
    const other = runAt(transmitter, 'send', 'job::y');
    expect(await other.exit()).toBe(0);
    expect((await waitsOf(transmitter)).at(-1)).toMatchObject({ what: 'free cell of worker for job::y', whom });
    expect(await request.exit('SIGINT')).toBe(1);
  });
});

test('a request outlives its lone transmitter: it is answered by the cell that has it, which does it once', async () => {
  const former = await startTransmitter();
  await using worker = await register('worker', former.command);
  await using asker = await register('asker', former.command);
  let handled = 0;
  let begin: (() => void) | undefined;
  let finish: ((answer: string) => void) | undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  await worker.on('job::*', () => {
    handled++;
    begin?.();
    return new Promise((resolve) => (finish = resolve));
  });
  const answer = asker.request('job::x', undefined, { timeout: '1h' });
  await begun;
  await former.program.exit('SIGKILL');
  finish?.('done');
  await startTransmitter({ former });
  expect(await answer).toBe('done');
  expect(handled).toBe(1);
});

test('a worker that is interrupted finishes what it has; interrupted again, it ends the command and leaves the event to others', async () => {
  const transmitter = await startTransmitter();
  const first = await startWorker(transmitter, 'job', 'sleep 1000');
  const request = runAt(transmitter, 'request', 'job', '--timeout', '1h');
  await first.line('stderr', /"channel":"job"/);
  first.process.kill('SIGINT');
  await first.line('stderr', /waiting for the end of what it has in hand/);
  expect(await first.exit('SIGINT')).toBe(0);
  await startWorker(transmitter, 'job', 'echo done');
  expect(await request.exit()).toBe(0);
  expect(request.stdout).toEqual(['"done"']);
});

test('an event that finds no room is refused as busy, and told to its sender; there is room again when one has ended', async () => {
  const transmitter = await startTransmitter({ flags: ['--max-tasks', '1'] });
  await using worker = await register('worker', transmitter.command);
  let release: (() => void) | undefined;
  const isFree = new Promise<void>((resolve) => (release = resolve));
  await worker.on('job', () => isFree);
  await worker.raw.send('job', 1);
  await expect(worker.raw.send('job', 2)).rejects.toMatchObject({ code: 'busy' });
  const refused = runAt(transmitter, 'send', 'job', '3');
  expect(await refused.exit()).toBe(1);
  expect(refused.stderr).toEqual(['thynapse: job was refused: too many events wait']);
  while ((await metricOf(transmitter, 'thynapse_refused_total')) < 2);
  // What nobody handles needs no room.
  await worker.raw.send('news');
  release?.();
  while ((await metricOf(transmitter, 'thynapse_open_tasks')) > 0);
  await worker.raw.send('job', 4);
});

test('watch ends in good order when nobody reads on', async () => {
  const transmitter = await startTransmitter();
  const watch = `'${process.execPath}' '${program}' watch 'news::*' --transmitter ${transmitter.command}`;
  const piped = runCommand('bash', ['-o', 'pipefail', '-c', `${watch} | head -1`]);
  await piped.line('stderr', /watching/);
  await using sender = await register('sender', transmitter.command);
  await sender.raw.send('news::first', 1);
  await piped.line('stdout', /^news::first 1$/);
  // It learns that nobody reads when it writes.
  while (piped.process.exitCode === null) await sender.raw.send('news::second');
  expect(await piped.exit()).toBe(0);
  expect(piped.stdout).toEqual(['news::first 1']);
});

describe('on a terminal', () => {
  test('top goes on when its transmitter is started again, and ends on Ctrl-C', async () => {
    const transmitter = await startTransmitter();
    const top = runOnTerminal(`'${process.execPath}' '${program}' top --every 50ms --http ${transmitter.http}`);
    await top.line('stdout', new RegExp(`transmitter ${transmitter.id.slice(0, 8)} at ${transmitter.command}`));
    await top.line('stdout', /^0 events\/s, 0 cells/);
    await top.line('stdout', /SERVICE .*CELLS .*DONE\/S/);
    await transmitter.program.exit('SIGTERM');
    await top.line('stdout', /no transmitter answers at .*; trying again/);
    const other = await startTransmitter({ former: transmitter });
    await top.line('stdout', new RegExp(`transmitter ${other.id.slice(0, 8)} at`));
    top.process.stdin?.write('\x03');
    expect(await top.exit()).toBe(0);
  });

  test('watch and work end on Ctrl-C, and a transmitter with its cells', async () => {
    const transmitter = await startTransmitter();
    const tool = (argv: string) =>
      runOnTerminal(`'${process.execPath}' '${program}' ${argv} --transmitter ${transmitter.command}`);
    const [watch, work] = [tool("watch '*'"), tool("work 'job::*' --exec 'echo done'")];
    await watch.line('stdout', /watching/);
    await work.line('stdout', /working/);
    const request = runAt(transmitter, 'request', 'job::x');
    expect(await request.exit()).toBe(0);
    expect(request.stdout).toEqual(['"done"']);
    await watch.line('stdout', /^job::x\r?$/);
    for (const one of [watch, work]) {
      one.process.stdin?.write('\x03');
      expect(await one.exit()).toBe(0);
    }
  });
});
