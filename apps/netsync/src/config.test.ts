import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';
import { buildApp } from './app.js';
import { silentLog } from '@syncytium/kit';
import { systemDeps } from '@syncytium/program';

describe('the configuration', () => {
  it('listens on loopback unless told', () => {
    expect(readConfig({}, [])).toMatchObject({ address: { host: '127.0.0.1', port: 8000 }, maxPending: 100_000 });
    expect(readConfig({}, [':80'])).toMatchObject({ address: { host: '127.0.0.1', port: 80 } });
    expect(readConfig({}, ['0.0.0.0:80'])).toMatchObject({ address: { host: '0.0.0.0', port: 80 } });
  });

  it('is frozen', () => {
    expect(Object.isFrozen(readConfig({}, []))).toBe(true);
  });

  it('comes from flags before the environment', () => {
    const env = { SYNCYTIUM_NETSYNC_MAX_PENDING: '5', SYNCYTIUM_NETSYNC_LOG: 'json' };
    expect(readConfig(env, ['--max-pending', '7'])).toMatchObject({ maxPending: 7, log: 'json' });
  });

  it.each([
    [['nowhere'], /address/],
    [['--log', 'loud'], /--log must be one of graph, json, silent/],
    [['--max-pending', '0'], /--max-pending must be/],
    [['--what'], /--what/],
    [['--cors', 'example.org'], /--cors must be like https:/],
    [['--cors', 'https://example.org/'], /--cors must be like https:/],
    [['--allowed-hosts', 'a:1'], /--allowed-hosts must be names without ports/],
    [['send', 'e', '--timeout', 'soon'], /--timeout must be a time such as/],
    [['send', 'e', '--server', 'localhost:8000'], /--server must be http:/],
    [['stats', '--server', 'tcp://localhost'], /--server must be http:/],
    [['stats', '--server', 'http://a/?b'], /--server must be http:/],
  ])('refuses %j', (argv, message) => {
    expect(() => readConfig({}, argv)).toThrow(message);
  });

  it.each([
    [['--tls-cert', '/nowhere'], /--tls-cert needs --tls-key/],
    [['--tls-key', '/nowhere'], /--tls-key needs --tls-cert/],
    [['--tls-cert', '/nowhere', '--tls-key', '/nowhere'], /--tls-cert cannot be read/],
    [
      ['--tls-cert', import.meta.filename, '--tls-key', import.meta.filename],
      /--tls-cert is no certificate in PEM \(no start line\)/,
    ],
  ])('with %j builds no server', (argv, message) => {
    expect(() => buildApp(readConfig({}, argv), systemDeps(silentLog))).toThrow(message);
  });
});
