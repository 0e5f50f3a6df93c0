import { UsageError } from '@syncytium/program';
import { describe, expect, test } from 'vitest';
import { readConfig } from './config.js';

describe('the configuration', () => {
  test('is loopback, an embedded broker and 1 GiB by default', () => {
    expect(readConfig({}, [])).toEqual({
      listen: undefined,
      http: { host: '127.0.0.1', port: 6381 },
      redis: undefined,
      maxMemory: 2 ** 30,
      password: undefined,
      maxClients: 10_000,
      maxSessions: 1000,
      maxBody: 16 * 2 ** 20,
      sessionIdle: 300_000,
    });
  });

  test('comes from flags, then from the environment', () => {
    const env = { SYNCYTIUM_FXP_REDIS: 'redis://env', SYNCYTIUM_FXP_PASSWORD: 'secret', SYNCYTIUM_FXP_HTTP: ':1' };
    const config = readConfig(env, ['--redis', 'redis://flag', '--max-memory', '8gb', '--session-idle', '90s']);
    expect(config).toMatchObject({
      redis: 'redis://flag',
      password: 'secret',
      http: { host: '127.0.0.1', port: 1 },
      maxMemory: 8 * 2 ** 30,
      sessionIdle: 90_000,
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test.each([['--listen', 'nonsense'], ['--max-memory', '1'], ['--max-body', '1gb'], ['--no-such-flag'], ['unknown']])(
    'cannot be %s %s',
    (...argv) => {
      expect(() =>
        readConfig(
          {},
          argv.filter((word) => typeof word === 'string'),
        ),
      ).toThrow(UsageError);
    },
  );
});
