import { UsageError } from '@syncytium/program';
import { describe, expect, test } from 'vitest';
import { readConfig } from './config.js';
import { transmitterAddresses } from './event-address.js';

describe('the configuration', () => {
  test('is loopback on ports 5454 to 5456 by default', () => {
    expect(readConfig({}, ['transmitter'])).toEqual({
      address: { host: '127.0.0.1', port: 5454 },
      eventPort: -1,
      advertise: undefined,
      peer: [],
      insecureBind: false,
      http: { host: '127.0.0.1', port: 5456 },
      heartbeat: 2000,
      attempts: 3,
      maxTasks: 100_000,
      eventQueue: 10_000,
      maxCells: 10_000,
    });
  });

  test('comes from flags, then from the environment', () => {
    const env = { SYNCYTIUM_THYNAPSE_ATTEMPTS: '9', SYNCYTIUM_THYNAPSE_HEARTBEAT: '1s', SYNCYTIUM_THYNAPSE_HTTP: ':1' };
    const config = readConfig(env, ['transmitter', '7000', '--attempts', '5', '--event-port', '0']);
    expect(config).toMatchObject({
      address: { host: '127.0.0.1', port: 7000 },
      eventPort: 0,
      attempts: 5,
      heartbeat: 1000,
      http: { host: '127.0.0.1', port: 1 },
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('names transmitters to join by the addresses of their event sockets', () => {
    const { peer } = readConfig({}, ['transmitter', '--peer', 'tcp://10.0.0.5:5455, bus.local:5455,7001']);
    expect(peer).toEqual(['tcp://10.0.0.5:5455', 'tcp://bus.local:5455', 'tcp://127.0.0.1:7001']);
  });

  test.each([
    ['transmitter', 'nonsense'],
    ['transmitter', '--attempts', '0'],
    ['transmitter', '--event-port', '65536'],
    ['transmitter', '--peer', 'nonsense,5455'],
    ['transmitter', '--peer', 'tcp://nonsense'],
    ['transmitter', '--peer', 'tcp://bus.local:0'],
    ['transmitter', '--heartbeat', '10ms'],
    ['nonsense'],
    [],
  ])('cannot be %s %s %s', (...argv: string[]) => {
    expect(() => readConfig({}, argv)).toThrow(UsageError);
  });
});

describe('the addresses of a transmitter', () => {
  const addresses = (...argv: string[]) => transmitterAddresses(readConfig({}, ['transmitter', ...argv]));

  test('are two ports of the same host, the event socket one above', () => {
    expect(addresses('7000')).toMatchObject({ command: 'tcp://127.0.0.1:7000', event: 'tcp://127.0.0.1:7001' });
    expect(addresses('[::1]:7000')).toMatchObject({ command: 'tcp://[::1]:7000', event: 'tcp://[::1]:7001' });
    expect(addresses('0')).toMatchObject({ command: 'tcp://127.0.0.1:0', event: 'tcp://127.0.0.1:0' });
    expect(addresses('7000', '--event-port', '9')).toMatchObject({ event: 'tcp://127.0.0.1:9' });
  });

  test('are advertised under the host that cells know, with the real port', () => {
    expect(addresses('7000').advertise('tcp://127.0.0.1:41234')).toBe('tcp://127.0.0.1:41234');
    const { advertise } = addresses('0.0.0.0:0', '--insecure-bind', '--advertise', 'bus.local');
    expect(advertise('tcp://0.0.0.0:41234')).toBe('tcp://bus.local:41234');
    const ipv6 = addresses('[::]:0', '--insecure-bind', '--advertise', 'fd00::5').advertise;
    expect(ipv6('tcp://[::]:41234')).toBe('tcp://[fd00::5]:41234');
  });

  test('are anywhere for those who have keys and are on the list', () => {
    const keys = ['--curve-secret', 'bus.secret', '--allow', 'allowed.keys'];
    expect(addresses('10.0.0.5:5454', ...keys)).toMatchObject({ command: 'tcp://10.0.0.5:5454' });
  });

  test.each([
    [['10.0.0.5:5454'], 'give --curve-secret and --allow, or --insecure-bind if anybody may connect'],
    [['example.org:5454'], 'give --curve-secret and --allow, or --insecure-bind if anybody may connect'],
    [['10.0.0.5:5454', '--curve-secret', 'bus.secret'], 'give --curve-secret and --allow, or --insecure-bind'],
    [['0.0.0.0:5454', '--insecure-bind'], '--advertise is needed with address 0.0.0.0'],
    [['65535'], '--event-port is needed'],
  ])('that would not do are refused: %j', (argv, message) => {
    expect(() => addresses(...argv)).toThrow(message);
    expect(() => addresses(...argv)).toThrow(UsageError);
  });
});
