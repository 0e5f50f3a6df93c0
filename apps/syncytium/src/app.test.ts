import { silentLog } from '@syncytium/kit';
import { systemDeps } from '@syncytium/program';
import { takePort } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { buildApp } from './app.js';
import { readConfig } from './read-config.js';

const ports = ['--http', ':0', '--netsync', ':0', '--fusion-rest', ':0', '--fusion-ws', ':0', '--fusion-bulk', ':0'];
const build = (...argv: string[]) => buildApp(readConfig({}, [...ports, ...argv]), systemDeps(silentLog));

describe('the servers together', () => {
  test('start in order, tell their addresses, and answer for all under one', async () => {
    const app = build('--only', 'fusion,netsync');
    const [http = '', ...others] = await app.start();
    expect([...app.addresses.keys()]).toEqual(['netsync', 'fusion']);
    expect([...app.addresses.values()].flat()).toEqual(others);
    const { counts } = (await (await fetch(`${http}/waits`)).json()) as { counts: object };
    expect(Object.keys(counts)).toEqual(['netsync', 'fusion']);
    const metrics = await (await fetch(`${http}/metrics`)).text();
    expect(metrics).toMatch(/^netsync_/m);
    expect(metrics).toMatch(/^fusion_/m);
    await app.stop();
    await expect(fetch(http)).rejects.toThrow();
    for (const address of others.filter((each) => each.startsWith('http')))
      await expect(fetch(address)).rejects.toThrow();
  });

  test('give everything back when one cannot start, and say which address is taken', async () => {
    await using taken = await takePort();
    const app = build('--only', 'netsync,fusion', '--fusion-rest', `:${taken.port}`);
    await expect(app.start()).rejects.toMatchObject({ code: 'address_in_use' });
    const [netsync = ''] = app.addresses.get('netsync') ?? [];
    await expect(fetch(netsync)).rejects.toThrow();
  });

  test('take their own settings from their own variables, and their addresses from here', () => {
    const env = { SYNCYTIUM_NETSYNC_ADDRESS: '127.0.0.1:1', SYNCYTIUM_NETSYNC_MAX_PENDING: 'many' };
    const config = readConfig({}, ['--only', 'netsync']);
    expect(() => buildApp(config, systemDeps(silentLog), env)).toThrow('SYNCYTIUM_NETSYNC_MAX_PENDING');
  });
});
