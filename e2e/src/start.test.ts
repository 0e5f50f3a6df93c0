import { describe, expect, test } from 'vitest';
import { anyPortFlags as anyPorts } from '@syncytium/syncytium';
import { runCommand } from './run-program.js';

describe('npm start', () => {
  test('sets up, builds, takes the tour, and stops on SIGINT with 0', async () => {
    const program = runCommand('npm', ['start', '--', ...anyPorts]);
    await program.line('stdout', /^The tour is over/);
    expect(program.stderr.join('\n')).not.toMatch(/[Ee]rror/);
    expect(await program.exit('SIGINT')).toBe(0);
  });
});
