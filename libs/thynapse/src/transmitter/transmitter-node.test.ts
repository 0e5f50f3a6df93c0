import { decodeFrame, encodeFrame } from '@syncytium/codec';
import { findCycles, silentLog, type Log } from '@syncytium/kit';
import { SimulatedClock } from '@syncytium/testkit';
import type { Message, PublisherOptions, RouterOptions, Sockets } from '@syncytium/transport';
import { memorySockets } from '@syncytium/transport/memory';
import { describe, expect, test } from 'vitest';
import { local } from '../local.js';
import { thid } from '../testing/transmitter-driver.js';
import { TransmitterNode, type TransmitterNodeOptions } from './transmitter-node.js';

/** Sockets whose queues the test opens and closes. */
function scriptedSockets() {
  const sent: string[] = [];
  const published: string[] = [];
  const room = { publisher: true, router: true };
  let router: RouterOptions | undefined;
  let publisher: PublisherOptions | undefined;
  const close = () => Promise.resolve();
  const never = () => {
    throw new Error('a transmitter needs no such socket');
  };
  const sockets: Sockets = {
    driver: 'scripted',
    router: (options) => {
      router = options;
      return {
        bind: (address) => Promise.resolve(address),
        close,
        send: (to, [frame]) => {
          if (room.router) sent.push(`${to} ${decodeFrame(frame!).command}`);
          return room.router;
        },
      };
    },
    publisher: (options) => {
      publisher = options;
      return {
        bind: (address) => Promise.resolve(address),
        close,
        send: ([topic]: Message) => {
          if (room.publisher) published.push(Buffer.from(topic!).toString());
          return room.publisher;
        },
      };
    },
    dealer: never,
    subscriber: never,
  };
  return {
    sockets,
    room,
    sent,
    published,
    queueMax: () => publisher?.sendQueueMax,
    say: (from: string, command: string, payload: unknown) =>
      router!.onMessage(from, [encodeFrame('J', command, payload)]),
    drain: () => publisher!.onDrain?.(),
    subscribe: (topic: string, wanted = true) => publisher!.onSubscription?.(Buffer.from(topic), wanted),
  };
}

function startScripted(options: Partial<TransmitterNodeOptions> = {}) {
  const script = scriptedSockets();
  const clock = new SimulatedClock();
  const places = { sockets: script.sockets, command: 'c', event: 'e' };
  const node = new TransmitterNode({ ...places, clock, id: thid('T'), ...options });
  const started = node.start();
  return { ...script, clock, node, started };
}

describe('a transmitter on sockets', () => {
  test('keeps what came before it could welcome anybody', async () => {
    const { say, sent, started } = startScripted();
    say('a', 'HELO', { id: thid('a'), service: 'x' });
    expect(sent).toEqual([]);
    await started;
    expect(sent).toEqual(['a WLCM']);
  });

  test('accepts no events while those before cannot be published, and loses none', async () => {
    const { say, sent, published, room, drain, subscribe, started, node } = startScripted();
    await started;
    subscribe('');
    say('a', 'HELO', { id: thid('a'), service: 'x' });
    room.publisher = false;
    say('a', 'EVNT', { channel: 'one' });
    say('a', 'EVNT', { channel: 'refused' });
    expect([sent, published]).toEqual([['a WLCM', 'a ERRR'], []]);
    room.publisher = true;
    drain();
    say('a', 'EVNT', { channel: 'two' });
    expect(published).toEqual(['one', 'two']);
    await node.stop();
  });

  test('publishes on the event socket only what somebody there wants', async () => {
    const { say, published, subscribe, started, node } = startScripted();
    await started;
    say('a', 'HELO', { id: thid('a'), service: 'x' });
    say('a', 'EVNT', { channel: 'one' });
    subscribe('tw');
    say('a', 'EVNT', { channel: 'one' });
    say('a', 'EVNT', { channel: 'two' });
    subscribe('tw', false);
    say('a', 'EVNT', { channel: 'two' });
    expect(published).toEqual(['two']);
    await node.stop();
  });

  test('lets as many messages wait for a subscriber as it is told', async () => {
    const { queueMax, started } = startScripted({ eventQueueMax: 50 });
    await started;
    expect(queueMax()).toBe(50);
  });

  test('gives up a cell that does not take what it is sent, and gives its task to another', async () => {
    const { say, sent, room, clock, started } = startScripted();
    await started;
    say('a', 'HELO', { id: thid('a'), service: 'x' });
    say('a', 'CTCH', { pattern: 'y' });
    room.router = false;
    say('b', 'HELO', { id: thid('b'), service: 'z' });
    say('a', 'EVNT', { channel: 'y' });
    room.router = true;
    say('c', 'HELO', { id: thid('c'), service: 'x' });
    say('c', 'CTCH', { pattern: 'y' });
    expect(sent).toEqual(['a WLCM', 'c WLCM', 'c TASK']);
    clock.advance(100);
  });

  test('says goodbye when it stops, and its waits end', async () => {
    const { say, sent, started, node } = startScripted();
    await started;
    say('a', 'HELO', { id: thid('a'), service: 'x' });
    say('a', 'CTCH', { pattern: 'y' });
    say('a', 'EVNT', { channel: 'y' });
    expect(node.waits.counts().open).toBe(1);
    await node.stop();
    expect(sent.at(-1)).toBe('a GBYE');
    expect(node.waits.counts()).toMatchObject({ open: 0, cancelled: 1 });
  });

  test('drains until the last task has ended, or for as long as it may', async () => {
    const { say, started, node } = startScripted();
    await started;
    say('a', 'HELO', { id: thid('a'), service: 'x' });
    say('a', 'CTCH', { pattern: 'y' });
    say('a', 'EVNT', { channel: 'y', id: thid('e'), from: thid('a') });
    const hurry = new AbortController();
    let isDrained = false;
    const draining = node.drain(hurry.signal).then(() => (isDrained = true));
    await Promise.resolve();
    expect(isDrained).toBe(false);
    say('a', 'DONE', { re: thid('e') });
    await draining;
    await node.drain();
  });
});

describe('a transmitter that is told of others', () => {
  test('says at which addresses nobody answered, after three heartbeats', async () => {
    const clock = new SimulatedClock();
    const sockets = memorySockets();
    const warnings: unknown[] = [];
    const log: Log = { ...silentLog, warn: (_, fields) => void warnings.push(fields) };
    const limits = { heartbeatMs: 1000 };
    const other = new TransmitterNode({ sockets, command: 'c1', event: 'e1', clock, limits });
    await other.start();
    const peers = [other.event, 'nobody'];
    const node = new TransmitterNode({ sockets, command: 'c2', event: 'e2', clock, limits, log, peers });
    await node.start();
    await clock.advanceAsync(2900);
    expect(warnings).toEqual([]);
    await clock.advanceAsync(200);
    expect(warnings).toEqual([{ addresses: ['nobody'] }]);
    await node.stop();
    await other.stop();
  });
});

test('a task whose service has no cell any more waits for one of it', async () => {
  const { say, started, node } = startScripted();
  await started;
  say('a', 'HELO', { id: thid('a'), service: 'mail' });
  say('a', 'CTCH', { pattern: 'y' });
  say('b', 'HELO', { id: thid('b'), service: 'web' });
  say('b', 'EVNT', { channel: 'y' });
  say('a', 'GBYE', {});
  expect(node.waits.list()).toMatchObject([{ what: 'free cell of mail for y', whom: ['a cell of mail'] }]);
  await node.stop();
});

test('cells that ask each other in a ring are a cycle that can be printed, and no deadlock while their time runs', async () => {
  const hub = local();
  const [one, other] = [await hub.register('one', { capacity: 1 }), await hub.register('other', { capacity: 1 })];
  const asker = await hub.register('asker');
  await one.on('ask::one', () => one.request('ask::other'));
  await other.on('ask::other', () => other.request('ask::one'));
  const asking = asker.request('ask::one').catch((error: unknown) => error);
  // The asker waits for `one`, which waits for `other`, which waits for `one`, which is busy.
  while (hub.transmitter.waits.openCount < 3) await asker.raw.send('nothing');
  const [cycle] = findCycles(hub.transmitter.waits.list());
  expect([...cycle!.parties].sort()).toEqual([one.name, other.name].sort());
  expect(cycle!.deadlock).toBe(false);
  await Promise.all([one.close({ timeout: 0 }), other.close({ timeout: 0 }), asker.close()]);
  expect(await asking).toMatchObject({ code: 'closed' });
  await hub.close();
});

test('an event that nobody asked about waits for itself alone', async () => {
  const hub = local();
  const cell = await hub.register('mail', { capacity: 1 });
  let finish: (() => void) | undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  await cell.on('x', () => finished);
  const id = await cell.raw.send('x');
  await cell.raw.send('x');
  expect(hub.transmitter.waits.list()).toMatchObject([
    { who: `task mail/${id.slice(0, 8)}`, what: 'answer of mail to x', whom: [cell.name], until: null },
    { what: 'free cell of mail for x', whom: [cell.name], details: { attempt: 0, service: 'mail' } },
  ]);
  finish?.();
  await hub.close();
});
