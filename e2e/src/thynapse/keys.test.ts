import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../run-program.js';
import { startTransmitter } from './transmitters.js';

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
    const flags = ['--curve-secret', path('bus.secret'), '--allow', path('allowed.keys')];
    const { command, program } = await startTransmitter({ flags });
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
