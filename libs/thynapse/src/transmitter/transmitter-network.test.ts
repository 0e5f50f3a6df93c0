import { Inbox } from '@syncytium/testkit';
import type { Sockets } from '@syncytium/transport';
import { memorySockets } from '@syncytium/transport/memory';
import { newCurveKeys, zeromqSockets } from '@syncytium/transport/zeromq';
import { describe, expect, onTestFinished, test } from 'vitest';
import { register } from '../register.js';
import { TransmitterNode } from './transmitter-node.js';

const drivers: readonly [name: string, sockets: () => Sockets, address: (i: number) => string][] = [
  ['memory', memorySockets, (i) => `socket ${i}`],
  ['ØMQ', zeromqSockets, () => 'tcp://127.0.0.1:0'],
];

describe.each(drivers)('three transmitters over %s', (_, newSockets, addressOf) => {
  /** Three transmitters in a list: each is told of the one before it. */
  async function start() {
    const sockets = newSockets();
    const nodes: TransmitterNode[] = [];
    for (let i = 0; i < 3; i++) {
      const node = new TransmitterNode({
        sockets,
        command: addressOf(2 * i),
        event: addressOf(2 * i + 1),
        peers: nodes.slice(-1).map(({ event }) => event),
        limits: { heartbeatMs: 1000 },
      });
      await node.start();
      nodes.push(node);
      onTestFinished(() => node.stop());
    }
    const cellAt = async (i: number, service: string) => {
      const cell = await register(service, nodes[i]!.command, { sockets });
      onTestFinished(() => cell.close({ timeout: 0 }));
      return cell;
    };
    while (nodes.some((node) => node.topology().transmitters.filter(({ isReachable }) => isReachable).length < 2))
      await new Promise((resolve) => setImmediate(resolve));
    return { nodes, cellAt };
  }

  test('find each other from one address, carry events to all listeners, and answers back', async () => {
    const { nodes, cellAt } = await start();
    const [web, mail, watch] = [await cellAt(0, 'web'), await cellAt(2, 'mail'), await cellAt(1, 'watch')];
    const heard: string[] = [];
    let tell: (() => void) | undefined;
    const told = new Promise<void>((resolve) => (tell = resolve));
    await watch.all.on('*', ({ channel }) => {
      if (heard.push(channel) === 2) tell?.();
    });
    await mail.on('user::registered', ({ data }) => `welcome ${String(data)}`);
    expect(await web.request('user::registered', 'Ada')).toBe('welcome Ada');
    await told;
    expect(heard).toEqual(['user::registered', 'mail::user::registered::success']);
    const done = nodes.map((node) => node.topology().services.find(({ name }) => name === 'mail')?.cells);
    const elsewhere = { done: 1, via: nodes[2]!.id, silentMs: null };
    expect(done).toMatchObject([[elsewhere], [elsewhere], [{ done: 1, via: null }]]);
  });

  test('tell the age of what they decide about, whatever others have', async () => {
    const { nodes, cellAt } = await start();
    const [far, near, mail] = [await cellAt(2, 'far'), await cellAt(0, 'near'), await cellAt(2, 'mail')];
    const taken = new Inbox<() => void>();
    await mail.on('job', () => new Promise<void>((release) => taken.put(release)));
    const first = far.request('job');
    const release = await taken.next();
    const second = near.request('job');
    const next = await taken.next();
    const service = () => nodes[0]!.topology().services.find(({ name }) => name === 'mail')!;
    expect(service().inFlight).toBe(2);
    while (service().lagMs === 0) await new Promise((resolve) => setImmediate(resolve));
    release();
    next();
    await Promise.all([first, second]);
    while (service().inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(service().lagMs).toBe(0);
  });

  test('give what a lost one had to the cells of another', async () => {
    const { nodes, cellAt } = await start();
    const web = await cellAt(0, 'web');
    const [hanging, working] = [await cellAt(2, 'mail'), await cellAt(1, 'mail')];
    let begin: (() => void) | undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    await hanging.on('job', () => {
      begin?.();
      return new Promise(() => undefined);
    });
    const asking = web.request('job', 1, { timeout: '20s' });
    await begun;
    await working.on('job', () => 'done');
    await nodes[2]!.stop();
    expect(await asking).toBe('done');
  });

  test('[T-61] serve a cell whose own one is gone, and give it the answer that it waits for', async () => {
    const { nodes, cellAt } = await start();
    const [web, mail] = [await cellAt(0, 'web'), await cellAt(1, 'mail')];
    let begin: (() => void) | undefined;
    let finish: ((answer: string) => void) | undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    await mail.on('job', () => {
      begin?.();
      return new Promise<string>((resolve) => (finish = resolve));
    });
    const asking = web.request('job', 1, { timeout: '20s' });
    await begun;
    await nodes[0]!.stop();
    finish?.('done');
    expect(await asking).toBe('done');
  });

  test('[T-73] let one of them leave under load, and nothing is lost or done twice', async () => {
    const { nodes, cellAt } = await start();
    const [web, mail, other] = [await cellAt(0, 'web'), await cellAt(0, 'mail'), await cellAt(1, 'mail')];
    const handled = new Map<unknown, number>();
    for (const cell of [mail, other])
      await cell.on('job', async ({ data }) => {
        handled.set(data, (handled.get(data) ?? 0) + 1);
        await new Promise((resolve) => setImmediate(resolve));
        return data;
      });
    await mail.all.answer('status', () => mail.id);
    const answers: Promise<unknown>[] = [];
    const ask = (count: number) => {
      for (let i = 0; i < count; i++) answers.push(web.request('job', answers.length));
    };
    ask(200);
    const leaving = nodes[0]!.drain().then(() => nodes[0]!.stop());
    ask(200);
    await leaving;
    ask(50);
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 450 }, (_, i) => i));
    expect([...handled.values()].every((times) => times === 1)).toBe(true);
    expect(handled.size).toBe(450);
    expect(await web.all.request('status')).toMatchObject([{ data: mail.id }]);
  });

  test('[T-63] give a cell that moves what was sent meanwhile, each event once and in order', async () => {
    const { nodes, cellAt } = await start();
    const [web, watch] = [await cellAt(1, 'web'), await cellAt(0, 'watch')];
    const heard: unknown[] = [];
    let tell: (() => void) | undefined;
    const told = new Promise<void>((resolve) => (tell = resolve));
    await watch.all.on('news', ({ data }) => {
      heard.push(data);
      if (data === 'last') tell?.();
    });
    const leaving = nodes[0]!.drain().then(() => nodes[0]!.stop());
    for (let i = 0; i < 300; i++) await web.raw.send('news', i, { confirm: i % 2 === 0 });
    await leaving;
    await web.raw.send('news', 'last');
    await told;
    expect(heard).toEqual([...Array.from({ length: 300 }, (_, i) => i), 'last']);
    expect(watch.missed).toBe(0);
  });
});

describe('transmitters with keys', () => {
  test('join who has the same pair, and nobody else', async () => {
    const [shared, other] = [newCurveKeys(), newCurveKeys()];
    const startNode = async (curve: ReturnType<typeof newCurveKeys>, peers: string[]) => {
      const node = new TransmitterNode({
        sockets: zeromqSockets(),
        command: 'tcp://127.0.0.1:0',
        event: 'tcp://127.0.0.1:0',
        curve: { ...curve, allow: () => false },
        peers,
        limits: { heartbeatMs: 1000 },
      });
      await node.start();
      onTestFinished(() => node.stop());
      return node;
    };
    const first = await startNode(shared, []);
    await startNode(other, [first.event]);
    const second = await startNode(shared, [first.event]);
    const reachable = () => first.topology().transmitters.filter(({ isReachable }) => isReachable);
    while (reachable().length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(first.topology().transmitters.map(({ id }) => id)).toEqual([second.id]);
  });
});
