import { silentLog } from '@syncytium/kit';
import { systemDeps, UsageError } from '@syncytium/program';
import { expect, test } from 'vitest';
import { buildApp } from './app.js';
import { readConfig } from './config.js';
import { planInterfaces } from './interfaces.js';

test('the command line may be empty: three interfaces on loopback', () => {
  const config = readConfig({}, []);
  expect(Object.isFrozen(config)).toBe(true);
  expect(planInterfaces(config, {})).toEqual({
    rest: { host: '127.0.0.1', port: 1981, bytesMax: 65_536 },
    standard: { host: '127.0.0.1', port: 1982, bytesMax: 65_536 },
    bulk: { host: '127.0.0.1', port: 1983, bytesMax: 8_388_608 },
  });
  expect(config).toMatchObject({ queueMax: 65_536, pollWindow: 0, memoryMax: undefined, config: undefined });
  expect(config.threads).toBeGreaterThanOrEqual(1);
  expect(readConfig({}, ['--threads', '0']).threads).toBe(0);
});

test('the command line gives addresses and limits', () => {
  const argv = [
    '--rest',
    '0.0.0.0:80',
    '--ws',
    ':81',
    '--bulk',
    '82',
    '--rest-max',
    '8mb',
    '--ws-max',
    '64',
    '--bulk-max',
    '1gb',
  ];
  expect(planInterfaces(readConfig({}, argv), {})).toEqual({
    rest: { host: '0.0.0.0', port: 80, bytesMax: 8 * 2 ** 20 },
    standard: { host: '127.0.0.1', port: 81, bytesMax: 64 },
    bulk: { host: '127.0.0.1', port: 82, bytesMax: 2 ** 30 },
  });
});

test('the command line goes before the environment', () => {
  const env = { SYNCYTIUM_FUSION_REST: ':1', SYNCYTIUM_FUSION_WS_MAX: '100' };
  expect(readConfig(env, ['--rest', ':2'])).toMatchObject({ rest: { port: 2 }, wsMax: 100 });
});

test.each([
  [['--rest-max', '63'], '--rest-max'],
  [['--rest-max', '9mb'], '--rest-max'],
  [['--ws-max', '3mb'], '--ws-max'],
  [['--bulk-max', '1mb'], '--bulk-max'],
  [['--rest', 'nowhere'], '--rest'],
  [['--poll-window', 'long'], '--poll-window'],
])('%j is refused and named', (argv, flag) => {
  expect(() => readConfig({}, argv)).toThrow(UsageError);
  expect(() => readConfig({}, argv)).toThrow(flag);
});

test('a server that evicts has to be told of how much memory', () => {
  const build =
    (...argv: string[]) =>
    () =>
      buildApp(readConfig({}, argv), systemDeps(silentLog));
  expect(build('--when-full', 'evict-lru')).toThrow('--when-full evict-lru needs --memory-max');
  expect(build('--when-full', 'evict-lru', '--memory-max', '64mb')).not.toThrow();
});
