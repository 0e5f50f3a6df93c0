import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPython } from '../find-python.js';
import { root, runCommand, runProgram } from '../run-program.js';
import { portOf, startTransmitter, startTransmitters, type Transmitter } from './transmitters.js';

const peer = join(root, 'e2e/peers/thynapse_cell.py');
const python = findPython('zmq');

async function send(command: string, channel: string, data: string): Promise<void> {
  const sent = runProgram('thynapse', ['send', channel, data, '--transmitter', command]);
  expect(await sent.exit(), sent.stderr.join('\n')).toBe(0);
}

describe.skipIf(!python)('a cell that knows only HELO, WLCM and EVNT', () => {
  test('receives what is sent by another of its kind', async () => {
    const port = portOf((await startTransmitter()).command);
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
    const { command } = await startTransmitter();
    const port = portOf(command);
    const watch = runProgram('thynapse', ['watch', 'sender::*', '--transmitter', command]);
    await watch.line('stderr', /watching/);
    const sender = runCommand(python!, [peer, port, 'sender', 'send', 'sender::numbers', '2']);
    expect(await sender.exit()).toBe(0);
    expect(await watch.line('stdout', /"n":1/)).toContain('sender::numbers');
    expect(await watch.exit('SIGINT')).toBe(0);
  });
});

describe('what transmitters say to each other', () => {
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
    const [{ command }, other] = (await startTransmitters(2)) as [Transmitter, Transmitter];
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
    const [{ command }, other] = (await startTransmitters(2)) as [Transmitter, Transmitter];
    const all = runCommand(python!, [peer, portOf(command), 'all', 'all', 'last', '1']);
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
    const { command } = await startTransmitter();
    const port = portOf(command);
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
