import { join } from 'node:path';
import { register, type Cell, type ThynapseEvent } from '@syncytium/thynapse';
import { Inbox } from '@syncytium/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root, runNode } from '../run-program.js';
import {
  shapes,
  startTransmitter,
  startTransmitters,
  topologyOf,
  untilWhole,
  type Transmitter,
} from './transmitters.js';

async function cellAt({ command }: Transmitter, service: string): Promise<Cell> {
  const cell = await register(service, command);
  onTestFinished(() => cell.close({ timeout: 0 }));
  return cell;
}

/** What a cell hears on a channel, with the data of each event. */
async function listenTo(cell: Cell, channel: string): Promise<unknown[]> {
  const heard: unknown[] = [];
  await cell.all.on(channel, ({ data }) => heard.push(data));
  return heard;
}

/** Resolves when what is sent from now on by `sender` has been heard by `listener`: all before it has come, too. */
async function passed(sender: Cell, listener: Cell): Promise<void> {
  const channel = `passed::${sender.id}::${listener.id}`;
  const come = new Inbox<ThynapseEvent>();
  const subscription = await listener.all.on(channel, come.put);
  await sender.raw.send(channel);
  await come.next();
  await subscription.close();
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe.each(Object.keys(shapes) as (keyof typeof shapes)[])(
  'four transmitters, told of each other as a %s',
  (shape) => {
    test('all know each other, and every event is heard once at each', async () => {
      const transmitters = await startTransmitters(4, { shape });
      for (const one of transmitters) {
        const others = transmitters.filter((other) => other !== one).map(({ id }) => id);
        const { transmitters: known } = await topologyOf(one);
        expect(known.map(({ id }) => id).sort()).toEqual(others.sort());
      }
      const cells = await Promise.all(transmitters.map((one, i) => cellAt(one, `cell${i}`)));
      const heard = await Promise.all(cells.map((cell) => listenTo(cell, 'news')));
      await Promise.all(cells.map((cell, i) => cell.raw.send('news', i)));
      for (const sender of cells) for (const listener of cells) await passed(sender, listener);
      for (const one of heard) expect(one.sort()).toEqual([0, 1, 2, 3]);
    });
  },
);

describe('two transmitters', () => {
  test('join by an address where there is nobody yet', async () => {
    const first = await startTransmitter();
    await first.program.exit('SIGTERM');
    const second = await startTransmitter({ peers: [first.event], flags: ['--heartbeat', '200ms'] });
    await second.program.line('stderr', /no transmitter has answered/);
    await untilWhole([second, await startTransmitter({ former: first })]);
  });

  test('let no cell miss what is sent after it was told that it listens, or catches', async () => {
    const [near, far] = (await startTransmitters(2)) as [Transmitter, Transmitter];
    const sender = await cellAt(near, 'sender');
    for (const round of numbers(20)) {
      const late = await cellAt(far, `late${round}`);
      const heard = await listenTo(late, `news${round}`);
      await late.on(`job${round}`, ({ data }) => data);
      await sender.raw.send(`news${round}`, 'first');
      expect(await sender.request(`job${round}`, round)).toBe(round);
      await passed(sender, late);
      expect(heard).toEqual(['first']);
      await late.close();
    }
  });

  test('carry runs of casts in their order, as they are or event by event', async () => {
    const [near, far] = (await startTransmitters(2)) as [Transmitter, Transmitter];
    const [sender, listener, worker] = [
      await cellAt(near, 'sender'),
      await cellAt(far, 'listener'),
      await cellAt(far, 'worker'),
    ];
    const [texts, bytes] = [await listenTo(listener, 'sender::text'), await listenTo(listener, 'sender::bytes')];
    const caught = new Inbox<ThynapseEvent>();
    await worker.on('sender::caught', caught.put);
    const count = 1000;
    for (const i of numbers(count)) {
      sender.cast('text', `text ${i}`);
      sender.cast('bytes', new Uint8Array([i % 256]));
    }
    for (const i of numbers(20)) sender.cast('caught', new Uint8Array([i]));
    await passed(sender, listener);
    expect(texts).toEqual(numbers(count).map((i) => `text ${i}`));
    expect(bytes.map((one) => [...(one as Uint8Array)])).toEqual(numbers(count).map((i) => [i % 256]));
    const taken = (await caught.take(20)).map(({ data }) => (data as Uint8Array)[0]);
    expect(taken.sort((a = 0, b = 0) => a - b)).toEqual(numbers(20));
  });

  test('bring a cell that moves what was sent meanwhile, once and in order', async () => {
    const [leaving, staying] = (await startTransmitters(2, { flags: ['--heartbeat', '500ms'] })) as [
      Transmitter,
      Transmitter,
    ];
    const [listener, sender] = [await cellAt(leaving, 'listener'), await cellAt(staying, 'sender')];
    const heard = await listenTo(listener, 'news');
    for (const i of numbers(100)) await sender.raw.send('news', i);
    await leaving.program.exit('SIGKILL');
    for (const i of numbers(200)) await sender.raw.send('news', 100 + i);
    await passed(sender, listener);
    expect(heard).toEqual(numbers(300));
    expect(listener.missed).toBe(0);
  });

  test('bury what a service fails, and tell everybody of it, and the sender', async () => {
    const [near, far] = (await startTransmitters(2, { flags: ['--attempts', '2'] })) as [Transmitter, Transmitter];
    const [sender, undertaker] = [await cellAt(near, 'sender'), await cellAt(near, 'undertaker')];
    const worker = await cellAt(far, 'worker');
    const attempts: number[] = [];
    await worker.on('job', ({ attempt }) => {
      attempts.push(attempt);
      throw new Error('out of paper');
    });
    const letters = new Inbox<ThynapseEvent>();
    await undertaker.on('thynapse::dead::*', letters.put);
    await expect(sender.request('job', { page: 1 })).rejects.toMatchObject({
      code: 'request_failed',
      details: { service: 'worker', reason: 'out of paper' },
    });
    const event = expect.objectContaining({ channel: 'job', data: { page: 1 } }) as unknown;
    const { data } = await letters.next();
    expect(data).toEqual({ event, service: 'worker', attempts: 2, reason: 'out of paper' });
    expect(attempts).toEqual([1, 2]);
  });

  test('ask every cell of both, and name who was killed meanwhile', async () => {
    const transmitters = await startTransmitters(2, { flags: ['--heartbeat', '200ms'] });
    const asked = [0, 1, 1].map((at) =>
      runNode([join(root, 'e2e/peers/thynapse-asked.mjs'), transmitters[at]?.command ?? '']),
    );
    const ids = await Promise.all(asked.map(async (one) => (await one.line('stdout', / up /)).split(' ')[2]!));
    const asker = await cellAt(transmitters[0]!, 'asker');
    const answers = await asker.all.request('status');
    expect(answers.map(({ data }) => data).sort()).toEqual([...ids].sort());
    expect(answers.every(({ cell, data }) => cell === data)).toBe(true);
    const missing = asker.all.request('hang', undefined, { timeout: '20s' }).catch((error: unknown) => error);
    for (const one of asked) await one.line('stdout', / asked hang$/);
    for (const one of asked) await one.exit('SIGKILL');
    const gone = ids.map((cell) => expect.objectContaining({ cell, reason: 'the cell is gone' }) as unknown);
    expect(await missing).toMatchObject({
      code: 'answers_missing',
      answers: [],
      missing: expect.arrayContaining(gone) as unknown,
    });
  });
});

test('a key has one cell of a service, wherever its events are sent, and others keep theirs when one leaves', async () => {
  const [near, far] = (await startTransmitters(2)) as [Transmitter, Transmitter];
  const senders = [await cellAt(near, 'sender'), await cellAt(far, 'sender')];
  const workers = await Promise.all([near, near, far, far].map((one) => cellAt(one, 'worker')));
  for (const worker of workers) await worker.on('order', () => worker.id);
  const keys = numbers(12).map((i) => `order-${i}`);
  /** Which cell has each key, as both senders find it again and again. */
  const places = async (): Promise<Map<string, string>> => {
    const found = new Map<string, string>();
    for (const key of keys) {
      const asked = [...senders, ...senders].map((sender) => sender.request('order', 1, { key }));
      const cells = new Set(await Promise.all(asked));
      expect(cells.size).toBe(1);
      found.set(key, String([...cells][0]));
    }
    return found;
  };
  const before = await places();
  expect(new Set(before.values()).size).toBeGreaterThan(1);
  const leaving = workers.find(({ id }) => id === before.get('order-0'))!;
  await leaving.close();
  const after = await places();
  expect([...after.values()]).not.toContain(leaving.id);
  const kept = keys.filter((key) => before.get(key) !== leaving.id);
  expect(kept.map((key) => after.get(key))).toEqual(kept.map((key) => before.get(key)));
});
