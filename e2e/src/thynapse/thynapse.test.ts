import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPython } from '../find-python.js';
import { root, runCommand, runProgram } from '../run-program.js';

const peer = join(root, 'e2e/peers/thynapse_cell.py');
const python = findPython('zmq');

async function startTransmitter(...flags: string[]) {
  const program = runProgram('thynapse', ['transmitter', '0', '--http', '127.0.0.1:0', ...flags]);
  const [command = '', event = '', http = ''] = await program.ready();
  return { program, command, event, http, port: new URL(command).port };
}

async function send(command: string, channel: string, data: string): Promise<void> {
  const sent = runProgram('thynapse', ['send', channel, data, '--transmitter', command]);
  expect(await sent.exit(), sent.stderr.join('\n')).toBe(0);
}

describe.skipIf(!python)('a cell that knows only HELO, WLCM and EVNT', () => {
  test('receives what is sent by another of its kind', async () => {
    const { port } = await startTransmitter();
    const listener = runCommand(python!, [peer, port, 'listener', 'listen', 'sender::numbers', '3']);
    await listener.line('stdout', /^welcome$/);
    // Nothing tells such a cell when its subscription stands: senders go on until it has what it wants.
    let sent = 0;
    while (listener.stdout.length < 4 && sent++ < 50) {
      const sender = runCommand(python!, [peer, port, 'sender', 'send', 'sender::numbers', '3']);
      expect(await sender.exit(), sender.stderr.join('\n')).toBe(0);
    }
    expect(await listener.exit(), listener.stderr.join('\n')).toBe(0);
    for (const line of listener.stdout.slice(1)) expect(JSON.parse(line)).toEqual({ n: expect.any(Number) as number });
  });

  test('is heard by a cell of ours', async () => {
    const { port, command } = await startTransmitter();
    const watch = runProgram('thynapse', ['watch', 'sender::*', '--transmitter', command]);
    await watch.line('stderr', /watching/);
    const sender = runCommand(python!, [peer, port, 'sender', 'send', 'sender::numbers', '2']);
    expect(await sender.exit()).toBe(0);
    expect(await watch.line('stdout', /"n":1/)).toContain('sender::numbers');
    expect(await watch.exit('SIGINT')).toBe(0);
  });
});

describe('what transmitters say to each other', () => {
  async function startTwo() {
    const first = await startTransmitter();
    return [first, await startTransmitter('--peer', first.event)] as const;
  }

  /** A dead letter, and after it an event on `last`. */
  async function bury(command: string): Promise<void> {
    const flags = ['--exec', 'false', '--service', 'fails', '--transmitter', command];
    const fails = runProgram('thynapse', ['work', 'fail', ...flags]);
    await fails.line('stderr', /working/);
    const dead = runProgram('thynapse', ['watch', 'thynapse::dead::fails', '--transmitter', command]);
    await dead.line('stderr', /watching/);
    await send(command, 'fail', '1');
    await dead.line('stdout', /^thynapse::dead::fails /);
    await send(command, 'last', '1');
  }

  test('no cell of ours hears, whatever it listens to', async () => {
    const [{ command }, other] = await startTwo();
    const reserved = runProgram('thynapse', ['watch', 'thynapse::*', '--transmitter', command]);
    const all = runProgram('thynapse', ['watch', '*', '--transmitter', command]);
    await Promise.all([reserved, all].map((watch) => watch.line('stderr', /watching/)));
    await bury(other.command);
    await all.line('stdout', /^last /);
    await reserved.line('stdout', /dead/);
    const channels = ({ stdout }: typeof all): unknown[] => stdout.map((line) => line.split(' ')[0]);
    expect(channels(reserved)).toEqual(['thynapse::dead::fails']);
    expect(channels(all).sort()).toEqual(['fail', 'fails::fail::failure', 'last']);
  });

  test.skipIf(!python)('is no event to a foreign cell that subscribes to everything', async () => {
    const [{ port }, other] = await startTwo();
    const all = runCommand(python!, [peer, port, 'all', 'all', 'last', '1']);
    await all.line('stdout', /^welcome$/);
    // The heartbeats of the other one show that the subscription stands.
    await all.line('stdout', /^-thynapse::to::/);
    await bury(other.command);
    expect(await all.exit(), all.stderr.join('\n')).toBe(0);
    const lines = all.stdout.slice(1);
    expect(lines.filter((line) => line.startsWith('-') && !line.startsWith('-thynapse::to::'))).toEqual([]);
    const events = lines.filter((line) => !line.startsWith('-'));
    expect(events.sort()).toEqual(['fail', 'fails::fail::failure', 'last', 'thynapse::dead::fails']);
  });
});

describe.skipIf(!python)('the worker of examples/', () => {
  const example = join(root, 'examples/thynapse_worker.py');

  test('has fewer than 80 lines, and answers events that it caught', async () => {
    expect(readFileSync(example, 'utf8').split('\n').length).toBeLessThan(80);
    const { command, port } = await startTransmitter();
    const worker = runCommand(python!, [example, port, 'adder', 'sum::*']);
    await worker.line('stdout', /^catching sum::\*$/);
    const watch = runProgram('thynapse', ['watch', 'adder::*', '--full', '--transmitter', command]);
    await watch.line('stderr', /watching/);
    await send(command, 'sum::good', '[1,2,3.5]');
    const success = await watch.line('stdout', /::success/);
    expect(JSON.parse(success)).toMatchObject({ channel: 'adder::sum::good::success', data: 6.5, service: 'adder' });
    await send(command, 'sum::bad', '"text"');
    const failure = await watch.line('stdout', /::failure/);
    expect(JSON.parse(failure)).toMatchObject({
      channel: 'adder::sum::bad::failure',
      message: expect.stringMatching(/^no numbers: /) as string,
    });
    expect(await worker.exit('SIGTERM'), worker.stderr.join('\n')).toBe(0);
    expect(await watch.exit('SIGINT')).toBe(0);
  });
});

describe('the tools of a running transmitter', () => {
  test('show who is there, and measure it', async () => {
    const { command, http } = await startTransmitter();
    const address = ['--http', new URL(http).host];
    const work = runProgram('thynapse', [
      'work',
      'job::*',
      '--service',
      'worker',
      '--exec',
      'true',
      '--transmitter',
      command,
    ]);
    await work.line('stderr', /working/);
    const topology = runProgram('thynapse', ['topology', ...address]);
    expect(await topology.exit()).toBe(0);
    expect(JSON.parse(topology.stdout.join('\n'))).toMatchObject({
      transmitter: { command },
      services: [{ name: 'worker', patterns: ['job::*'], cells: [{ capacity: 1, inFlight: 0 }] }],
    });
    const top = runProgram('thynapse', ['top', '--once', '--every', '10ms', ...address]);
    expect(await top.exit()).toBe(0);
    expect(top.stdout.join('\n')).toMatch(
      /^SERVICE .*\nworker +1 .*job::\*\n {2}worker\/[0-9a-f]{8} .*0\/1 .*job::\*$/m,
    );
    const bench = runProgram('thynapse', ['bench', '--time', '50ms', '--transmitter', command]);
    expect(await bench.exit(), bench.stderr.join('\n')).toBe(0);
    expect(bench.stdout).toHaveLength(5);
    expect(await work.exit('SIGTERM')).toBe(0);
  });
});

describe('a transmitter with keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'thynapse-e2e-'));
  const path = (name: string): string => join(folder, name);
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(async () => {
    for (const name of ['bus', 'web', 'stranger']) {
      const keygen = runProgram('thynapse', ['keygen', path(name)]);
      expect(await keygen.exit(), keygen.stderr.join('\n')).toBe(0);
      expect(keygen.stdout.join('\n')).not.toContain(
        /^secret (.*)$/m.exec(readFileSync(path(`${name}.secret`), 'utf8'))![1],
      );
    }
    writeFileSync(path('allowed.keys'), readFileSync(path('web.pub')));
  });

  const cellFlags = (command: string, name: string): string[] => [
    ...['--transmitter', command, '--timeout', '20s'],
    ...['--curve-secret', path(`${name}.secret`), '--transmitter-key', path('bus.pub')],
  ];

  test('lets in who is on the list, and tells who is not', async () => {
    const { command, program } = await startTransmitter(
      ...['--curve-secret', path('bus.secret'), '--allow', path('allowed.keys')],
    );
    const watch = runProgram('thynapse', ['watch', '*', ...cellFlags(command, 'web')]);
    await watch.line('stderr', /watching/);
    for (const argv of [
      ['send', 'x', ...cellFlags(command, 'stranger')],
      ['watch', '*', ...cellFlags(command, 'stranger')],
      ['send', 'x', '--transmitter', command, '--timeout', '20s'],
    ]) {
      const refused = runProgram('thynapse', argv);
      expect(await refused.exit()).toBe(1);
      expect(refused.stderr.at(-1)).toMatch(/handshake on tcp:.* failed/);
      expect(refused.stdout).toEqual([]);
    }
    await program.line('stderr', /refused a key that is not on the allow-list/);
    const sent = runProgram('thynapse', ['send', 'hello::web', '1', ...cellFlags(command, 'web')]);
    expect(await sent.exit()).toBe(0);
    await watch.line('stdout', /^hello::web 1$/);
    expect(watch.stdout).toEqual(['hello::web 1']);
    expect(await watch.exit('SIGINT')).toBe(0);
  });

  test('has to have a list, or to be told that anybody may connect, before other machines can', async () => {
    for (const flags of [[], ['--curve-secret', path('bus.secret')]]) {
      const program = runProgram('thynapse', ['transmitter', '0.0.0.0:0', '--advertise', 'localhost', ...flags]);
      expect(await program.exit()).toBe(2);
      expect(program.stderr.join('\n')).toContain('can be reached by other machines');
    }
  });
});
