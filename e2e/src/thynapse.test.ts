import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPython } from './find-python.js';
import { root, runCommand, runProgram } from './run-program.js';

const peer = join(root, 'e2e/peers/thynapse_cell.py');
const python = findPython('zmq');

async function startTransmitter() {
  const program = runProgram('thynapse', ['transmitter', '0', '--http', '127.0.0.1:0']);
  const addresses = await program.ready();
  const command = addresses.find((address) => address.startsWith('tcp://')) ?? '';
  return { program, command, port: new URL(command).port, http: addresses.find((a) => a.startsWith('http://')) ?? '' };
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
