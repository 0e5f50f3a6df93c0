import { silentLog } from '@syncytium/kit';
import { systemDeps, type App } from '@syncytium/program';
import { register } from '@syncytium/thynapse';
import { afterEach, describe, expect, test } from 'vitest';
import { buildApp } from './app.js';
import { readConfig } from './config.js';

const anyPorts = ['transmitter', '0', '--http', ':0'];

describe('the transmitter as an app', () => {
  const apps: App[] = [];
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.stop();
  });

  async function start(...flags: string[]) {
    const app = buildApp(readConfig({}, [...anyPorts, ...flags]), systemDeps(silentLog));
    apps.push(app);
    const [command = '', event = '', http = ''] = await app.start();
    const get = async (path: string) => {
      const response = await fetch(http + path);
      return { status: response.status, text: await response.text() };
    };
    return { app, command, event, http, get };
  }

  test('tells its command, event and HTTP addresses, all of loopback, with the real ports', async () => {
    const { command, event, http } = await start();
    expect(command).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/);
    expect(event).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/);
    expect(http).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  });

  test('serves cells, and shows them, what they wait for and how much was done', async () => {
    const { command, get } = await start();
    await using mail = await register('mail', command);
    await using web = await register('web', command);
    let release: (() => void) | undefined;
    let taken: (() => void) | undefined;
    const isTaken = new Promise<void>((resolve) => (taken = resolve));
    await mail.on('mail::send', async ({ data }) => {
      taken?.();
      await new Promise<void>((go) => (release = go));
      return data;
    });
    const answer = web.request('mail::send', 'hello');
    await isTaken;
    const { waits } = JSON.parse((await get('/waits')).text) as { waits: unknown[] };
    expect(waits).toMatchObject([{ who: web.name, what: 'answer of mail to mail::send', whom: [mail.name] }]);
    const topology = JSON.parse((await get('/topology')).text) as { services: { name: string }[] };
    expect(topology.services.find(({ name }) => name === 'mail')).toMatchObject({
      patterns: ['mail::send'],
      cells: [{ id: mail.id, inFlight: 1 }],
    });
    release?.();
    expect(await answer).toBe('hello');
    expect(JSON.parse((await get('/topology')).text)).toMatchObject({
      services: expect.arrayContaining([expect.objectContaining({ name: 'mail', done: 1, dead: 0 })]) as unknown,
    });
    expect((await get('/metrics')).text).toMatch(/^thynapse_cells 2$/m);
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
  });

  test('shows a task that no cell is free for, with the cells that it could go to', async () => {
    const { command, get } = await start();
    await using mail = await register('mail', command, { capacity: 1 });
    await using web = await register('web', command);
    const release: (() => void)[] = [];
    await mail.on('mail::send', () => new Promise<void>((go) => release.push(go)));
    await web.raw.send('mail::send', 1);
    await web.raw.send('mail::send', 2);
    const { waits } = JSON.parse((await get('/waits')).text) as { waits: unknown[] };
    expect(waits).toMatchObject([
      { what: 'answer of mail to mail::send', whom: [mail.name] },
      { what: 'free cell of mail for mail::send', whom: [mail.name] },
    ]);
    const { services } = JSON.parse((await get('/topology')).text) as { services: { name: string; lagMs: number }[] };
    expect(services.find(({ name }) => name === 'mail')).toMatchObject({ waiting: 1, inFlight: 1 });
    release.shift()?.();
    while (release.length === 0) await new Promise((resolve) => setImmediate(resolve));
    release.shift()?.();
  });

  test('is ready when it knows what the transmitters know that it was told of', async () => {
    const { event } = await start();
    const { get } = await start('--peer', `${event},127.0.0.1:1`);
    const nobody = await start('--peer', '127.0.0.1:1');
    expect(await nobody.get('/readyz')).toEqual({
      status: 503,
      text: expect.stringContaining('it is joining other transmitters') as string,
    });
    while ((await get('/readyz')).status !== 200);
    expect(JSON.parse((await get('/topology')).text)).toMatchObject({ transmitters: [{ isReachable: true }] });
  });

  test('logs who comes within reach, and who is there no longer', async () => {
    const lines: string[] = [];
    const note = (message: string): void => void lines.push(message);
    const log = { ...silentLog, info: note, warn: note };
    const watching = buildApp(readConfig({}, anyPorts), systemDeps(log));
    apps.push(watching);
    const [, event = ''] = await watching.start();
    const { app } = await start('--peer', event);
    const isLogged = async (line: string): Promise<void> => {
      while (!lines.includes(line)) await new Promise((resolve) => setImmediate(resolve));
    };
    await isLogged('another transmitter can be reached');
    await app.stop();
    await isLogged('another transmitter cannot be reached any more');
  });

  test('refuses a port that is taken, and gives back what it had', async () => {
    const { command, http } = await start();
    const taken = buildApp(
      readConfig({}, ['transmitter', new URL(command).port, '--http', ':0']),
      systemDeps(silentLog),
    );
    await expect(taken.start()).rejects.toMatchObject({
      code: 'address_in_use',
      message: `${command} is already in use`,
    });
    const other = buildApp(readConfig({}, ['transmitter', '0', '--http', new URL(http).host]), systemDeps(silentLog));
    await expect(other.start()).rejects.toMatchObject({ code: 'address_in_use' });
  });

  test('stops only when the tasks in hand are answered', async () => {
    const { app, command } = await start();
    await using mail = await register('mail', command);
    await using web = await register('web', command);
    let release: (() => void) | undefined;
    let taken: (() => void) | undefined;
    const isTaken = new Promise<void>((resolve) => (taken = resolve));
    await mail.on('slow', async () => {
      taken?.();
      await new Promise<void>((go) => (release = go));
      return 'done';
    });
    const answer = web.request('slow');
    await isTaken;
    const stopped = app.stop();
    await expect(web.raw.send('x')).rejects.toMatchObject({ code: 'busy' });
    release?.();
    expect(await answer).toBe('done');
    await stopped;
  });
});
