import { describe, expect, test } from 'vitest';
import { HelpRequested, UsageError } from './errors.js';
import { defineCommand, envName, helpFor, readInvocation, type ProgramSpec } from './program.js';
import {
  allowedHosts,
  bytes,
  choice,
  choices,
  duration,
  hostPort,
  integer,
  requiredText,
  text,
  texts,
  toggle,
} from './settings.js';

const serve = defineCommand({
  summary: 'serves',
  arguments: { address: hostPort({ help: 'address to listen on', default: ':8000' }) },
  options: {
    maxPending: integer({ help: 'most requests waiting', default: 10, min: 1, max: 100 }),
    log: choice(['graph', 'json'], { help: 'what to log', defaultText: 'graph on a terminal' }),
    peer: texts({ help: 'peers', placeholder: 'ADDR' }),
    verbose: toggle({ help: 'more' }),
    idle: duration({ help: 'quiet time', default: '10s' }),
    every: duration({ help: 'time between', default: '1s', min: '10ms' }),
    limit: bytes({ help: 'most memory', default: 1024, min: 1, max: 2 ** 30 }),
    only: choices(['a', 'b', 'c'], {
      help: 'which',
      placeholder: 'NAMES',
      default: ['a', 'b', 'c'],
      defaultText: 'all',
    }),
    redis: text({ help: 'a URL', placeholder: 'URL' }),
    allowedHosts,
  },
  examples: [['demo :8000', 'serves on port 8000']],
});
const call = defineCommand({
  name: 'call',
  summary: 'calls a service',
  arguments: { service: requiredText({ help: 'the service' }) },
  options: { redis: text({ help: 'a URL', placeholder: 'URL' }) },
});
const program: ProgramSpec = { name: 'demo', summary: 'a demo', version: '1.2.3', commands: [serve, call] };

const read = (...argv: string[]) => readInvocation(program, {}, argv);
const failure = (argv: string[], env = {}): unknown => {
  try {
    readInvocation(program, env, argv);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('settings', () => {
  test('have their defaults when nothing is given', () => {
    expect(read().config).toEqual({
      address: { host: '127.0.0.1', port: 8000 },
      maxPending: 10,
      log: undefined,
      peer: [],
      verbose: false,
      idle: 10_000,
      every: 1000,
      limit: 1024,
      only: ['a', 'b', 'c'],
      redis: undefined,
      allowedHosts: undefined,
    });
  });

  test('come from flags before the environment, and from the environment before defaults', () => {
    const env = { SYNCYTIUM_DEMO_MAX_PENDING: '5', SYNCYTIUM_DEMO_PEER: 'x,y', SYNCYTIUM_DEMO_VERBOSE: '1' };
    const { config } = readInvocation(program, env, ['--max-pending', '7']);
    expect(config).toMatchObject({ maxPending: 7, peer: ['x', 'y'], verbose: true });
    expect(readInvocation(program, env, []).config).toMatchObject({ maxPending: 5 });
  });

  test('are frozen, with everything in them', () => {
    const { config } = read('--peer', 'a');
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.peer)).toBe(true);
    expect(Object.isFrozen(config.address)).toBe(true);
  });

  test.each([
    [['[::1]:80'], { address: { host: '::1', port: 80 } }],
    [['0.0.0.0:80'], { address: { host: '0.0.0.0', port: 80 } }],
    [['80'], { address: { host: '127.0.0.1', port: 80 } }],
    [['--idle', '1.5m'], { idle: 90_000 }],
    [['--limit', '64KB'], { limit: 65_536 }],
    [['--only', 'c,a'], { only: ['a', 'c'] }],
    [['--peer', 'a', '--peer', 'b', ':1'], { peer: ['a', 'b'], address: { host: '127.0.0.1', port: 1 } }],
    [['--allowed-hosts', 'a.example.org, ::1,[::2]'], { allowedHosts: ['a.example.org', '::1', '[::2]'] }],
    [['--allowed-hosts', 'any'], { allowedHosts: 'any' }],
    [['--log', 'graph', '--verbose'], { log: 'graph', verbose: true }],
  ])('%j is understood', (argv, expected) => {
    expect(read(...argv).config).toMatchObject(expected);
  });

  test.each([
    [['--max-pending', '0'], '--max-pending'],
    [['--max-pending', '1e3'], '--max-pending'],
    [['--max-pending', '-1'], '--max-pending'],
    [['--log', 'loud'], '--log'],
    [['--idle', 'soon'], '--idle'],
    [['--idle', '-1s'], '--idle'],
    [['--every', '9ms'], '--every'],
    [['--limit', '2gb'], '--limit'],
    [['--only', 'a,d'], '--only'],
    [['--allowed-hosts', 'a.example.org:80'], '--allowed-hosts'],
    [['--allowed-hosts', 'http://a'], '--allowed-hosts'],
    [['--allowed-hosts', 'a,,b'], '--allowed-hosts'],
    [['--allowed-hosts', 'a.'], '--allowed-hosts'],
    [['--allowed-hosts', ''], '--allowed-hosts'],
    [[':65536'], 'address'],
    [['somewhere'], 'address'],
    [[':'], 'address'],
    [['--nothing'], '--nothing'],
    [['--max-pending'], '--max-pending'],
    [[':1', ':2'], 'arguments'],
    [['call'], 'service'],
    [['call', 'a', 'b'], 'call'],
    [['--redis', 'r', 'call', 'a'], '--redis'],
  ])('%j is refused with one line that names the culprit', (argv, named) => {
    const error = failure(argv);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toContain(named);
    expect((error as UsageError).message).not.toContain('\n');
  });

  test.each([
    [[], 'demo --help'],
    [['--nothing'], 'demo --help'],
    [['cal', 'echo'], 'demo --help'],
    [['call'], 'demo call --help'],
    [['call', 'a', '--nothing'], 'demo call --help'],
  ])('of a mistake in %j, %s tells more', (argv, help) => {
    expect(helpFor(program, argv)).toBe(help);
  });

  test('a misspelt command is answered with those there are', () => {
    expect(failure(['cal', 'echo'])).toMatchObject({
      message: 'too many arguments. Expected 1 argument but got 2; the commands are call',
    });
  });

  test('a wrong environment variable is named', () => {
    const error = failure([], { SYNCYTIUM_DEMO_MAX_PENDING: 'many' });
    expect(error).toMatchObject({ code: 'usage', details: { field: 'SYNCYTIUM_DEMO_MAX_PENDING' } });
  });
});

describe('commands', () => {
  test('keep their options to themselves', () => {
    const { command, config } = read('call', 'echo', '--redis', 'redis://x');
    expect(command.name).toBe('call');
    expect(config).toEqual({ service: 'echo', redis: 'redis://x' });
  });

  test('share the log level', () => {
    expect(read('call', 'echo', '--log-level', 'debug').logLevel).toBe('debug');
    expect(readInvocation(program, { SYNCYTIUM_DEMO_LOG_LEVEL: 'warn' }, []).logLevel).toBe('warn');
  });
});

describe('help', () => {
  test('tells every flag with default and environment variable, the commands and the examples', () => {
    const error = failure(['--help']);
    expect(error).toBeInstanceOf(HelpRequested);
    const { text: help } = error as HelpRequested;
    for (const name of Object.keys({ ...serve.arguments, ...serve.options }))
      expect(help).toContain(envName('demo', name));
    expect(help).toMatch(/--max-pending <N> .*default: 10/);
    expect(help).toMatch(/call \[options\] <service> +calls a service/);
    expect(help).toContain('$ demo :8000  serves on port 8000');
  });

  test('answers --version', () => {
    expect(failure(['--version'])).toMatchObject({ text: '1.2.3\n' });
  });
});
