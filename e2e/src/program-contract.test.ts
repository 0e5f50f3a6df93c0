import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { anyPortFlags as anyPorts } from '@syncytium/syncytium';
import { takePort } from '@syncytium/testkit';
import { anyPort as any } from './any-ports.js';
import { runProgram, type ProgramName } from './run-program.js';

interface Contract {
  /** Command line of the server on free ports. */
  readonly serve: readonly string[];
  /** How its HTTP address begins in the `ready` line. */
  readonly http: string;
  /** The same command line with the main port taken by somebody else. */
  readonly onPort: (port: number) => readonly string[];
  /** Words its help has to have. */
  readonly help: readonly string[];
}

const contracts: Readonly<Record<ProgramName, Contract>> = {
  netsync: {
    serve: [any],
    http: 'http://',
    onPort: (port) => [`:${port}`],
    help: ['--log', '--max-pending', 'SYNCYTIUM_NETSYNC_MAX_PENDING'],
  },
  fxp: {
    serve: ['--listen', any, '--http', any],
    http: 'http://',
    onPort: (port) => ['--listen', `:${port}`, '--http', any],
    help: ['--listen', '--http', '--redis', 'call', 'providers', 'echo', 'SYNCYTIUM_FXP_REDIS'],
  },
  thynapse: {
    serve: ['transmitter', '0', '--http', any],
    http: 'http://',
    onPort: (port) => ['transmitter', String(port), '--http', any],
    help: ['transmitter', 'watch', 'send', 'work', 'top', 'topology', 'keygen', 'bench', 'request'],
  },
  fusion: {
    serve: ['--rest', any, '--ws', any, '--bulk', any],
    http: 'http://',
    onPort: (port) => ['--rest', `:${port}`, '--ws', any, '--bulk', any],
    help: ['--rest', '--ws', '--bulk', '--config', 'query', 'SYNCYTIUM_FUSION_REST'],
  },
  syncytium: {
    serve: anyPorts,
    http: 'http://',
    onPort: (port) => [...anyPorts, '--http', `:${port}`],
    help: ['--only', '--http', 'tour'],
  },
};

describe.each(Object.entries(contracts) as [ProgramName, Contract][])('%s', (name, { serve, http, onPort, help }) => {
  test.each(['SIGTERM', 'SIGINT'] as const)('says when it is ready, answers, and ends on %s with 0', async (signal) => {
    const program = runProgram(name, serve);
    const addresses = await program.ready();
    const base = addresses.find((address) => address.startsWith(http));
    expect(base).toBeDefined();
    for (const path of ['/healthz', '/readyz', '/metrics', '/waits']) {
      const response = await fetch(`${base ?? 'none'}${path}`);
      expect([path, response.status]).toEqual([path, 200]);
      expect(await response.text()).not.toBe('');
    }
    expect(await program.exit(signal)).toBe(0);
    expect(program.stdout.filter((line) => line.startsWith('ready '))).toEqual([
      `ready ${name} ${addresses.join(' ')}`,
    ]);
    expect(program.stderr.join('\n')).not.toMatch(/"level":[56]0|Error:|\n {4}at /);
  });

  test('listens on loopback only, unless told otherwise', async () => {
    const program = runProgram(name, serve);
    for (const address of await program.ready()) expect(new URL(address).hostname).toBe('127.0.0.1');
    await program.exit('SIGTERM');
  });

  test('is called by its own names, unless told others', async () => {
    const byName = async (flags: readonly string[]) => {
      const program = runProgram(name, [...serve, ...flags]);
      const addresses = await program.ready();
      const statuses: number[] = [];
      for (const base of addresses.filter((address) => address.startsWith(http))) {
        const request = get(`${base}/healthz`, { headers: { host: 'public.example.org' } });
        const [response] = (await once(request, 'response')) as [IncomingMessage];
        statuses.push(response.resume().statusCode ?? 0);
      }
      await program.exit('SIGTERM');
      return statuses;
    };
    const refused = await byName([]);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused)).toEqual(new Set([403]));
    expect(new Set(await byName(['--allowed-hosts', 'public.example.org']))).toEqual(new Set([200]));
  });

  test('a wrong flag is one line on stderr and exit code 2', async () => {
    const program = runProgram(name, ['--no-such-flag']);
    expect(await program.exit()).toBe(2);
    expect(program.stderr).toHaveLength(1);
    expect(program.stderr[0]).toMatch(new RegExp(`^${name}: .*--no-such-flag`));
    expect(program.stdout).toEqual([]);
  });

  test('a port in use is one line on stderr and exit code 1', async () => {
    await using taken = await takePort();
    const { port } = taken;
    const program = runProgram(name, [
      ...onPort(port),
      ...(name === 'netsync' ? ['--log', 'silent'] : []),
      '--log-level',
      'error',
    ]);
    expect(await program.exit()).toBe(1);
    expect(program.stderr).toEqual([expect.stringMatching(new RegExp(`^${name}: .*${port}.*in use`))]);
    expect(program.stdout).toEqual([]);
  });

  test('--help tells everything, --version the version', async () => {
    const asked = runProgram(name, ['--help']);
    expect(await asked.exit()).toBe(0);
    const text = asked.stdout.join('\n');
    for (const word of help) expect(text).toContain(word);
    expect(text).toMatch(/^Usage: /);
    const version = runProgram(name, ['--version']);
    expect(await version.exit()).toBe(0);
    expect(version.stdout.join('')).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
