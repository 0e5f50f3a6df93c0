import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@syncytium/kit';
import { systemDeps, UsageError, type App } from '@syncytium/program';
import { register, type Topology } from '@syncytium/thynapse';
import type { CurveOptions } from '@syncytium/transport';
import { newCurveKeys, zeromqSockets } from '@syncytium/transport/zeromq';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildApp } from './app.js';
import { readConfig } from './config.js';
import { cellCurve } from './curve.js';
import { writeKeyPair } from './key-files.js';

const folder = mkdtempSync(join(tmpdir(), 'thynapse-curve-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a transmitter with keys', () => {
  const friend = newCurveKeys();
  const bus = newCurveKeys();
  const { secretFile, publicFile } = writeKeyPair(join(folder, 'bus'), bus);
  const allow = join(folder, 'allowed.keys');
  let app: App;
  let command = '';
  let event = '';
  let http = '';

  beforeEach(async () => {
    writeFileSync(allow, `${friend.publicKey} friend\n`);
    const flags = ['--http', ':0', '--curve-secret', secretFile, '--allow', allow];
    app = buildApp(readConfig({}, ['transmitter', '0', ...flags]), systemDeps(silentLog));
    [command = '', event = '', http = ''] = await app.start();
  });
  afterEach(() => app.stop());

  function joinAs(service: string, curve?: CurveOptions) {
    return register(service, command, { timeout: '20s', ...(curve && { curve }) });
  }

  test('serves cells whose keys are on the list, with all they need', async () => {
    const curve = { ...friend, serverKey: bus.publicKey };
    await using mail = await joinAs('mail', curve);
    await using web = await joinAs('web', curve);
    let hear: ((channel: string) => void) | undefined;
    const heard = new Promise<string>((resolve) => (hear = resolve));
    await web.all.on('mail::*', ({ channel }) => hear?.(channel));
    await mail.on('job', ({ data }) => data);
    expect(await web.request('job', 1)).toBe(1);
    expect(await heard).toBe('mail::job::success');
  });

  test('tells an unlisted key, and a cell without any, instead of leaving them to wait', async () => {
    const stranger = { ...newCurveKeys(), serverKey: bus.publicKey };
    await expect(joinAs('stranger', stranger)).rejects.toMatchObject({ code: 'handshake_failed' });
    await expect(joinAs('plain')).rejects.toMatchObject({ code: 'handshake_failed' });
    await expect(joinAs('misled', { ...friend, serverKey: newCurveKeys().publicKey })).rejects.toMatchObject({
      code: 'handshake_failed',
    });
  });

  test('publishes nothing to an unlisted key', async () => {
    const heard: unknown[] = [];
    const sockets = zeromqSockets();
    let tell: ((error: Error) => void) | undefined;
    const refused = new Promise<Error>((resolve) => (tell = resolve));
    const spy = sockets.subscriber({
      curve: { ...newCurveKeys(), serverKey: bus.publicKey },
      onMessage: (message) => heard.push(message),
      onError: (error) => tell?.(error),
    });
    spy.subscribe('');
    spy.connect(event);
    expect(await refused).toMatchObject({ code: 'handshake_failed' });
    await using web = await joinAs('web', { ...friend, serverKey: bus.publicKey });
    // What a friend hears has been published, so a stranger with a line would have got it, too.
    let hear: (() => void) | undefined;
    const published = new Promise<void>((resolve) => (hear = resolve));
    await web.all.on('x', () => hear?.());
    await web.raw.send('x');
    await published;
    expect(heard).toEqual([]);
    await spy.close();
  });

  test('takes no commands from an unlisted key, nor from anybody without one', async () => {
    await using friendly = await joinAs('friendly', { ...friend, serverKey: bus.publicKey });
    const channels: string[] = [];
    await friendly.all.on('*', ({ channel }) => channels.push(channel));
    const sockets = zeromqSockets();
    const strangers: readonly (CurveOptions | undefined)[] = [
      { ...newCurveKeys(), serverKey: bus.publicKey },
      { ...friend, serverKey: newCurveKeys().publicKey },
      undefined,
    ];
    for (const curve of strangers) {
      const answers: unknown[] = [];
      let tell: ((error: Error) => void) | undefined;
      const refused = new Promise<Error>((resolve) => (tell = resolve));
      const dealer = sockets.dealer({
        ...(curve && { curve }),
        onMessage: (message) => answers.push(message),
        onError: (error) => tell?.(error),
      });
      dealer.connect(command);
      dealer.send([Buffer.from(`J HELO {"id":"${'5'.repeat(40)}","service":"stranger"}`)]);
      dealer.send([Buffer.from('J EVNT {"channel":"strange"}')]);
      expect(await refused).toMatchObject({ code: 'handshake_failed' });
      const before = channels.length;
      await friendly.raw.send('friendly');
      while (channels.length === before) await new Promise((resolve) => setImmediate(resolve));
      expect(answers).toEqual([]);
      await dealer.close();
    }
    expect(channels).toEqual(['friendly', 'friendly', 'friendly']);
    const { services } = (await (await fetch(`${http}/topology`)).json()) as Topology;
    expect(services.map(({ name }) => name)).toEqual(['friendly']);
  });

  test('reads its list again when it has changed', async () => {
    const late = newCurveKeys();
    const curve = { ...late, serverKey: bus.publicKey };
    await expect(joinAs('late', curve)).rejects.toMatchObject({ code: 'handshake_failed' });
    appendFileSync(allow, `${late.publicKey} late\n`);
    await using cell = await joinAs('late', curve);
    expect(cell.isConnected).toBe(true);
    writeFileSync(allow, 'no key at all\n');
    await expect(joinAs('friend', { ...friend, serverKey: bus.publicKey })).rejects.toMatchObject({
      code: 'handshake_failed',
    });
  });

  test('is not started with a list or keys that cannot be used', () => {
    const build = (...flags: string[]) =>
      buildApp(readConfig({}, ['transmitter', '0', '--http', ':0', ...flags]), systemDeps(silentLog));
    expect(() => build('--allow', allow)).toThrow('--allow needs --curve-secret');
    expect(() => build('--curve-secret', join(folder, 'none'))).toThrow('none does not exist');
    expect(() => build('--curve-secret', secretFile, '--allow', join(folder, 'none'))).toThrow('none does not exist');
  });

  test('is reached by the commands with two files', () => {
    const own = writeKeyPair(join(folder, 'web'), friend);
    expect(cellCurve({ curveSecret: own.secretFile, transmitterKey: publicFile })).toEqual({
      ...friend,
      serverKey: bus.publicKey,
    });
    expect(cellCurve({ curveSecret: undefined, transmitterKey: undefined })).toBeUndefined();
    expect(() => cellCurve({ curveSecret: own.secretFile, transmitterKey: undefined })).toThrow(UsageError);
    expect(() => cellCurve({ curveSecret: undefined, transmitterKey: publicFile })).toThrow(
      '--transmitter-key needs --curve-secret',
    );
  });
});
