import { InvalidArgumentError } from '@syncytium/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AddressError } from './errors.js';
import type { Message, PeerId, Sockets } from './sockets.js';
import { Inbox } from '@syncytium/testkit';

interface Closable {
  close(lingerMs?: number): Promise<void>;
}

const text = (message: Message | undefined): string[] => (message ?? []).map((frame) => Buffer.from(frame).toString());
const frames = (...texts: string[]): Message => texts.map((frame) => Buffer.from(frame));

/** What every driver of {@link Sockets} does alike. `anyAddress` is bindable as often as one likes. */
export function socketsConformance(makeSockets: () => Sockets, anyAddress: string): void {
  let sockets: Sockets;
  let open: Closable[];
  beforeEach(() => {
    sockets = makeSockets();
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((socket) => socket.close()));
  });

  function track<S extends Closable>(socket: S): S {
    open.push(socket);
    return socket;
  }

  /** A router and what it heard, as `from` and texts. */
  function makeRouter(options: { sendQueueMax?: number; frameBytesMax?: number; onDrain?: () => void } = {}) {
    const inbox = new Inbox<{ from: PeerId; texts: string[] }>();
    const gone = new Inbox<PeerId>();
    const socket = track(
      sockets.router({
        ...options,
        onMessage: (from, message) => inbox.put({ from, texts: text(message) }),
        onDisconnect: (peer) => gone.put(peer),
      }),
    );
    return { socket, inbox, gone };
  }

  function makeDealer(options: { sendQueueMax?: number; frameBytesMax?: number; onDrain?: () => void } = {}) {
    const inbox = new Inbox<string[]>();
    const lines = new Inbox<'connect' | 'disconnect'>();
    const socket = track(
      sockets.dealer({
        ...options,
        onMessage: (message) => inbox.put(text(message)),
        onConnect: () => lines.put('connect'),
        onDisconnect: () => lines.put('disconnect'),
      }),
    );
    return { socket, inbox, lines };
  }

  function makePublisher(options: { sendQueueMax?: number } = {}) {
    const wishes = new Inbox<string>();
    const socket = track(
      sockets.publisher({
        ...options,
        onSubscription: (topic, wanted) => wishes.put(`${wanted ? '+' : '-'}${Buffer.from(topic).toString()}`),
      }),
    );
    return { socket, wishes };
  }

  function makeSubscriber(options: { frameBytesMax?: number } = {}) {
    const inbox = new Inbox<string[]>();
    const lines = new Inbox<'connect' | 'disconnect'>();
    const socket = track(
      sockets.subscriber({
        ...options,
        onMessage: (message) => inbox.put(text(message)),
        onConnect: () => lines.put('connect'),
        onDisconnect: () => lines.put('disconnect'),
      }),
    );
    return { socket, inbox, lines };
  }

  describe('router and dealer', () => {
    test('a message arrives whole, with all its frames, and can be answered', async () => {
      const router = makeRouter();
      const dealer = makeDealer();
      dealer.socket.connect(await router.socket.bind(anyAddress));
      expect(dealer.socket.send([Buffer.from('a'), Buffer.alloc(0), new Uint8Array([98, 99])])).toBe(true);
      const { from, texts } = await router.inbox.next();
      expect(texts).toEqual(['a', '', 'bc']);
      expect(router.socket.send(from, frames('d', ''))).toBe(true);
      expect(await dealer.inbox.next()).toEqual(['d', '']);
    });

    test('each dealer is answered by its own id', async () => {
      const router = makeRouter();
      const address = await router.socket.bind(anyAddress);
      const dealers = ['a', 'b', 'c'].map((name) => {
        const dealer = makeDealer();
        dealer.socket.connect(address);
        dealer.socket.send(frames(name));
        return { name, ...dealer };
      });
      for (const { from, texts } of await router.inbox.take(3)) router.socket.send(from, frames(`for ${texts[0]!}`));
      for (const { name, inbox } of dealers) expect(await inbox.next()).toEqual([`for ${name}`]);
    });

    test('messages that were sent before anybody bound the address arrive in order', async () => {
      const probe = makeRouter();
      const address = await probe.socket.bind(anyAddress);
      await probe.socket.close();
      const dealer = makeDealer();
      dealer.socket.send(frames('0'));
      dealer.socket.connect(address);
      for (let i = 1; i < 100; i++) dealer.socket.send(frames(String(i)));
      const router = makeRouter();
      await router.socket.bind(address);
      expect((await router.inbox.take(100)).map(({ texts }) => texts[0])).toEqual(
        Array.from({ length: 100 }, (_, i) => String(i)),
      );
      expect(await dealer.lines.next()).toBe('connect');
    });

    test('many messages arrive in order in both directions, as fast as the queues allow', async () => {
      const count = 20_000;
      const roomInDealer = new Inbox<void>();
      const router = makeRouter({ sendQueueMax: 100 });
      const dealer = makeDealer({ sendQueueMax: 100, onDrain: () => roomInDealer.put() });
      dealer.socket.connect(await router.socket.bind(anyAddress));
      let refused = 0;
      for (let i = 0; i < count; i++) {
        while (!dealer.socket.send(frames(String(i)))) {
          refused++;
          await roomInDealer.next();
        }
      }
      const received = await router.inbox.take(count);
      expect(received.every(({ texts }, i) => texts[0] === String(i))).toBe(true);
      expect(refused).toBeGreaterThan(0);
    });

    test('a full queue refuses, and tells when there is room again', async () => {
      const room = new Inbox<void>();
      const dealer = makeDealer({ sendQueueMax: 10, onDrain: () => room.put() });
      const router = makeRouter();
      const address = await router.socket.bind(anyAddress);
      let accepted = 0;
      while (dealer.socket.send(frames(String(accepted)))) accepted++;
      expect(dealer.socket.waiting).toBe(accepted);
      expect(accepted).toBe(10);
      dealer.socket.connect(address);
      await room.next();
      expect(dealer.socket.send(frames('late'))).toBe(true);
      const received = await router.inbox.take(11);
      expect(received.map(({ texts }) => texts[0])).toEqual([
        ...Array.from({ length: 10 }, (_, i) => String(i)),
        'late',
      ]);
    });

    test('giving up a line makes room, and tells so', async () => {
      const probe = makeRouter();
      const address = await probe.socket.bind(anyAddress);
      await probe.socket.close();
      const room = new Inbox<void>();
      const dealer = makeDealer({ sendQueueMax: 2, onDrain: () => room.put() });
      dealer.socket.connect(address);
      while (dealer.socket.send(frames('for nobody')));
      dealer.socket.disconnect(address);
      expect(room.size).toBe(0);
      await room.next();
      const router = makeRouter();
      dealer.socket.connect(await router.socket.bind(anyAddress));
      expect(dealer.socket.send(frames('for somebody'))).toBe(true);
      expect((await router.inbox.next()).texts).toEqual(['for somebody']);
    });

    test("a router's full queue refuses, and tells when there is room again", async () => {
      const room = new Inbox<void>();
      const router = makeRouter({ sendQueueMax: 10, onDrain: () => room.put() });
      const dealer = makeDealer();
      dealer.socket.connect(await router.socket.bind(anyAddress));
      dealer.socket.send(frames('hello'));
      const { from } = await router.inbox.next();
      let accepted = 0;
      while (accepted < 1000 && router.socket.send(from, frames(String(accepted)))) accepted++;
      expect(accepted).toBeGreaterThanOrEqual(10);
      expect(accepted).toBeLessThanOrEqual(11);
      await room.next();
      expect(router.socket.send(from, frames('late'))).toBe(true);
      expect((await dealer.inbox.take(accepted + 1)).at(-1)).toEqual(['late']);
    });

    test('a message for nobody is reported, and others still arrive', async () => {
      const router = makeRouter();
      const dealer = makeDealer();
      dealer.socket.connect(await router.socket.bind(anyAddress));
      dealer.socket.send(frames('hello'));
      const { from } = await router.inbox.next();
      expect(router.socket.send('nobody', frames('x'))).toBe(true);
      router.socket.send(from, frames('y'));
      expect(await router.gone.next()).toBe('nobody');
      expect(await dealer.inbox.next()).toEqual(['y']);
    });

    test('a dealer that closes is reported gone', async () => {
      const router = makeRouter();
      const dealer = makeDealer();
      dealer.socket.connect(await router.socket.bind(anyAddress));
      dealer.socket.send(frames('hello'));
      const { from } = await router.inbox.next();
      await dealer.socket.close();
      expect(await router.gone.next()).toBe(from);
    });

    test('what a dealer said before it closed comes before the news that it is gone', async () => {
      const saidBy = new Map<PeerId, string[]>();
      const gone = new Inbox<PeerId>();
      const router = track(
        sockets.router({
          onMessage: (from, message) => {
            saidBy.set(from, [...(saidBy.get(from) ?? []), ...text(message)]);
            // The dealer is closed by now, or soon will be: an answer may find nobody.
            router.send(from, frames('answer'));
          },
          onDisconnect: (peer) => {
            if (saidBy.get(peer)?.at(-1) === 'gone') return;
            saidBy.set(peer, [...(saidBy.get(peer) ?? []), 'gone']);
            gone.put(peer);
          },
        }),
      );
      const address = await router.bind(anyAddress);
      for (let round = 0; round < 20; round++) {
        const dealer = makeDealer();
        dealer.socket.connect(address);
        expect(await dealer.lines.next()).toBe('connect');
        for (let i = 0; i < 5; i++) dealer.socket.send(frames(String(i)));
        await dealer.socket.close(10_000);
        expect(saidBy.get(await gone.next())).toEqual(['0', '1', '2', '3', '4', 'gone']);
      }
    });

    test('a dealer learns that its router is gone and is back, and talks to the new one', async () => {
      const first = makeRouter();
      const dealer = makeDealer();
      const address = await first.socket.bind(anyAddress);
      dealer.socket.connect(address);
      expect(await dealer.lines.next()).toBe('connect');
      await first.socket.close();
      expect(await dealer.lines.next()).toBe('disconnect');
      dealer.socket.send(frames('are you there'));
      const second = makeRouter();
      expect(await second.socket.bind(address)).toBe(address);
      expect(await dealer.lines.next()).toBe('connect');
      expect((await second.inbox.next()).texts).toEqual(['are you there']);
      expect(first.inbox.size).toBe(0);
    });

    test('a dealer has one router at a time, and can move to another', async () => {
      const [one, other] = [makeRouter(), makeRouter()];
      const [first, second] = [await one.socket.bind(anyAddress), await other.socket.bind(anyAddress)];
      const dealer = makeDealer();
      dealer.socket.connect(first);
      dealer.socket.connect(first);
      expect(() => dealer.socket.connect(second)).toThrow(InvalidArgumentError);
      dealer.socket.send(frames('1'));
      expect((await one.inbox.next()).texts).toEqual(['1']);
      dealer.socket.disconnect(second);
      dealer.socket.disconnect(first);
      dealer.socket.connect(second);
      dealer.socket.send(frames('2'));
      expect((await other.inbox.next()).texts).toEqual(['2']);
      expect(await one.gone.next()).toBeTypeOf('string');
      expect(one.inbox.size).toBe(0);
    });

    test('a frame over the limit cuts the line of its sender and harms nobody else', async () => {
      const router = makeRouter({ frameBytesMax: 1000 });
      const address = await router.socket.bind(anyAddress);
      const [rude, polite] = [makeDealer(), makeDealer()];
      rude.socket.connect(address);
      polite.socket.connect(address);
      expect([await rude.lines.next(), await polite.lines.next()]).toEqual(['connect', 'connect']);
      rude.socket.send([Buffer.alloc(1001)]);
      expect(await rude.lines.next()).toBe('disconnect');
      expect(await rude.lines.next()).toBe('connect');
      polite.socket.send([Buffer.alloc(1000, 'x')]);
      rude.socket.send(frames('sorry'));
      const heard = (await router.inbox.take(2)).map(({ texts }) => texts[0]);
      expect(heard.sort()).toEqual(['sorry', 'x'.repeat(1000)]);
      expect(polite.lines.size).toBe(0);
    });

    test('a dealer with a frame limit drops the line of a router that exceeds it, and makes a new one', async () => {
      const router = makeRouter();
      const dealer = makeDealer({ frameBytesMax: 1000 });
      dealer.socket.connect(await router.socket.bind(anyAddress));
      expect(await dealer.lines.next()).toBe('connect');
      dealer.socket.send(frames('hello'));
      const { from } = await router.inbox.next();
      router.socket.send(from, [Buffer.alloc(1001)]);
      expect(await dealer.lines.take(2)).toEqual(['disconnect', 'connect']);
      expect(await router.gone.next()).toBe(from);
      dealer.socket.send(frames('again'));
      const again = await router.inbox.next();
      expect(again.texts).toEqual(['again']);
      router.socket.send(again.from, frames('smaller'));
      expect(await dealer.inbox.next()).toEqual(['smaller']);
    });

    test('what is queued is sent before a socket closes, within the linger time', async () => {
      const router = makeRouter();
      const dealer = makeDealer();
      dealer.socket.connect(await router.socket.bind(anyAddress));
      await dealer.lines.next();
      for (let i = 0; i < 1000; i++) dealer.socket.send(frames(String(i)));
      await dealer.socket.close(10_000);
      expect(await router.inbox.take(1000)).toHaveLength(1000);
    });

    test('a dealer that connects, sends and closes at once still delivers within the linger time', async () => {
      const router = makeRouter();
      const dealer = makeDealer();
      dealer.socket.connect(await router.socket.bind(anyAddress));
      for (let i = 0; i < 100; i++) dealer.socket.send(frames(String(i)));
      await dealer.socket.close(10_000);
      expect(await router.inbox.take(100)).toHaveLength(100);
    });
  });

  describe('publisher and subscriber', () => {
    test('a subscriber gets what begins with a topic it asked for, in order', async () => {
      const publisher = makePublisher();
      const subscriber = makeSubscriber();
      subscriber.socket.connect(await publisher.socket.bind(anyAddress));
      subscriber.socket.subscribe('a::');
      subscriber.socket.subscribe(new Uint8Array([255, 0]));
      await publisher.wishes.take(2);
      publisher.socket.send(frames('b::1', 'no'));
      publisher.socket.send(frames('a::', 'exactly'));
      publisher.socket.send(frames('a::1', 'with', 'three'));
      publisher.socket.send([Buffer.from([255]), Buffer.from('too short')]);
      publisher.socket.send([Buffer.from([255, 0, 7]), Buffer.from('bytes')]);
      const received = await subscriber.inbox.take(3);
      expect(received.map((texts) => texts.slice(1))).toEqual([['exactly'], ['with', 'three'], ['bytes']]);
    });

    test('the empty topic is all topics, and every subscriber gets a message once', async () => {
      const publisher = makePublisher();
      const address = await publisher.socket.bind(anyAddress);
      const subscribers = [makeSubscriber(), makeSubscriber()];
      for (const [i, { socket }] of subscribers.entries()) {
        socket.connect(address);
        socket.subscribe('');
        socket.subscribe('x');
        socket.subscribe(`ready ${i}`);
      }
      await publisher.wishes.take(4);
      for (let i = 0; i < 100; i++) publisher.socket.send(frames(`x${i}`));
      for (const { inbox } of subscribers)
        expect(await inbox.take(100)).toEqual(Array.from({ length: 100 }, (_, i) => [`x${i}`]));
    });

    test('a publisher is told of the first wish for a topic and of the last one withdrawn', async () => {
      const publisher = makePublisher();
      const address = await publisher.socket.bind(anyAddress);
      const [one, other] = [makeSubscriber(), makeSubscriber()];
      one.socket.connect(address);
      one.socket.subscribe('x');
      one.socket.subscribe('x');
      expect(await publisher.wishes.next()).toBe('+x');
      other.socket.connect(address);
      other.socket.subscribe('x');
      other.socket.subscribe('y');
      expect(await publisher.wishes.take(1)).toEqual(['+y']);
      one.socket.unsubscribe('x');
      one.socket.unsubscribe('never asked for');
      one.socket.subscribe('z');
      expect(await publisher.wishes.next()).toBe('+z');
      other.socket.unsubscribe('x');
      expect(await publisher.wishes.next()).toBe('-x');
      await one.socket.close();
      expect(await publisher.wishes.next()).toBe('-z');
    });

    test('wishes arrive in their order, so that the last one tells that the former ones are known', async () => {
      const publisher = makePublisher();
      const subscriber = makeSubscriber();
      subscriber.socket.connect(await publisher.socket.bind(anyAddress));
      expect(await subscriber.lines.next()).toBe('connect');
      const topics = Array.from({ length: 200 }, (_, i) => `topic ${(i * 7919) % 200}`);
      for (const topic of topics) subscriber.socket.subscribe(topic);
      expect(await publisher.wishes.take(200)).toEqual(topics.map((topic) => `+${topic}`));
    });

    test('after a topic was withdrawn, nothing of it arrives', async () => {
      const publisher = makePublisher();
      const subscriber = makeSubscriber();
      subscriber.socket.connect(await publisher.socket.bind(anyAddress));
      subscriber.socket.subscribe('a');
      subscriber.socket.subscribe('b');
      await publisher.wishes.take(2);
      subscriber.socket.unsubscribe('a');
      expect(await publisher.wishes.next()).toBe('-a');
      publisher.socket.send(frames('a'));
      publisher.socket.send(frames('b'));
      expect(await subscriber.inbox.next()).toEqual(['b']);
    });

    test('a subscriber hears several publishers, until it leaves one', async () => {
      const [one, other] = [makePublisher(), makePublisher()];
      const [first, second] = [await one.socket.bind(anyAddress), await other.socket.bind(anyAddress)];
      const subscriber = makeSubscriber();
      subscriber.socket.subscribe('');
      subscriber.socket.connect(first);
      subscriber.socket.connect(second);
      await Promise.all([one.wishes.next(), other.wishes.next()]);
      one.socket.send(frames('from one'));
      other.socket.send(frames('from other'));
      expect((await subscriber.inbox.take(2)).flat().sort()).toEqual(['from one', 'from other']);
      subscriber.socket.disconnect(first);
      expect(await one.wishes.next()).toBe('-');
      one.socket.send(frames('unheard'));
      other.socket.send(frames('heard'));
      expect(await subscriber.inbox.next()).toEqual(['heard']);
    });

    test('a subscriber finds its publisher again after a restart, subscriptions included', async () => {
      const first = makePublisher();
      const address = await first.socket.bind(anyAddress);
      const subscriber = makeSubscriber();
      subscriber.socket.subscribe('x');
      subscriber.socket.connect(address);
      expect(await subscriber.lines.next()).toBe('connect');
      await first.wishes.next();
      await first.socket.close();
      expect(await subscriber.lines.next()).toBe('disconnect');
      const second = makePublisher();
      await second.socket.bind(address);
      expect(await subscriber.lines.next()).toBe('connect');
      expect(await second.wishes.next()).toBe('+x');
      second.socket.send(frames('x'));
      expect(await subscriber.inbox.next()).toEqual(['x']);
    });

    test('a subscriber with a frame limit drops the line of a publisher that exceeds it', async () => {
      const publisher = makePublisher();
      const subscriber = makeSubscriber({ frameBytesMax: 1000 });
      subscriber.socket.connect(await publisher.socket.bind(anyAddress));
      subscriber.socket.subscribe('x');
      expect(await subscriber.lines.next()).toBe('connect');
      await publisher.wishes.next();
      publisher.socket.send([Buffer.from('x'), Buffer.alloc(1001)]);
      expect(await subscriber.lines.take(2)).toEqual(['disconnect', 'connect']);
      await publisher.wishes.take(2);
      publisher.socket.send(frames('x', 'smaller'));
      expect(await subscriber.inbox.next()).toEqual(['x', 'smaller']);
    });

    test('a publisher without subscribers sends into the void', async () => {
      const publisher = makePublisher();
      await publisher.socket.bind(anyAddress);
      expect(publisher.socket.send(frames('x'))).toBe(true);
    });

    test("a publisher's full queue refuses", async () => {
      const publisher = makePublisher({ sendQueueMax: 5 });
      await publisher.socket.bind(anyAddress);
      let accepted = 0;
      while (accepted < 1000 && publisher.socket.send(frames('x'))) accepted++;
      expect(accepted).toBeGreaterThanOrEqual(5);
      expect(accepted).toBeLessThanOrEqual(6);
    });
  });

  describe('addresses and endings', () => {
    test('port 0 binds a free port each time, and tells which', async () => {
      const [one, other] = [await makeRouter().socket.bind(anyAddress), await makePublisher().socket.bind(anyAddress)];
      expect(one).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/);
      expect(other).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/);
      expect(one).not.toBe(other);
    });

    test('an address that is taken is refused', async () => {
      const address = await makeRouter().socket.bind(anyAddress);
      const failure = await makePublisher()
        .socket.bind(address)
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(AddressError);
      expect(failure).toMatchObject({ code: 'address_in_use', message: `${address} is already in use` });
    });

    test('a socket binds one address', async () => {
      for (const { socket } of [makeRouter(), makePublisher()]) {
        const bound = socket.bind(anyAddress);
        await expect(socket.bind(anyAddress)).rejects.toThrow(InvalidArgumentError);
        await bound;
        await expect(socket.bind(anyAddress)).rejects.toThrow(InvalidArgumentError);
      }
    });

    test('a socket whose address was taken can bind another', async () => {
      const taken = await makeRouter().socket.bind(anyAddress);
      for (const { socket } of [makeRouter(), makePublisher()]) {
        await expect(socket.bind(taken)).rejects.toMatchObject({ code: 'address_in_use' });
        expect(await socket.bind(anyAddress)).not.toBe(taken);
      }
    });

    test('a socket that is closed while it binds is closed', async () => {
      for (const { socket } of [makeRouter(), makePublisher()]) {
        const failure = expect(socket.bind(anyAddress)).rejects.toMatchObject({ code: 'closed' });
        await socket.close();
        await failure;
      }
    });

    test('an address can be bound again as soon as its socket is closed', async () => {
      const first = makeRouter();
      const address = await first.socket.bind(anyAddress);
      for (let i = 0; i < 5; i++) {
        await open.at(-1)?.close();
        expect(await makeRouter().socket.bind(address)).toBe(address);
      }
    });

    test('addresses and limits that are none are refused', async () => {
      await expect(makeRouter().socket.bind('')).rejects.toMatchObject({ code: 'address_invalid' });
      expect(() => makeDealer().socket.connect('')).toThrow(AddressError);
      expect(() => makeSubscriber().socket.connect('')).toThrow(AddressError);
      expect(() => makeDealer({ sendQueueMax: 0 })).toThrow(/^sendQueueMax must be a whole number/);
      expect(() => makeDealer({ frameBytesMax: 0.5 })).toThrow(/^frameBytesMax must be a whole number/);
      expect(() => makeDealer().socket.send([])).toThrow('message must have at least one frame');
    });

    test('closed sockets refuse everything quietly, and closing again does nothing', async () => {
      const router = makeRouter();
      const dealer = makeDealer();
      const publisher = makePublisher();
      const subscriber = makeSubscriber();
      dealer.socket.connect(await router.socket.bind(anyAddress));
      subscriber.socket.connect(await publisher.socket.bind(anyAddress));
      for (const { socket } of [dealer, subscriber, router, publisher]) {
        await socket.close();
        await socket.close(100);
      }
      expect(router.socket.send('x', frames('x'))).toBe(false);
      expect(dealer.socket.send(frames('x'))).toBe(false);
      expect(publisher.socket.send(frames('x'))).toBe(false);
      dealer.socket.connect(anyAddress);
      subscriber.socket.subscribe('x');
      await expect(router.socket.bind(anyAddress)).rejects.toMatchObject({ code: 'closed' });
    });

    test('no callback comes after a socket was closed', async () => {
      const router = makeRouter();
      const dealer = makeDealer();
      dealer.socket.connect(await router.socket.bind(anyAddress));
      dealer.socket.send(frames('hello'));
      const { from } = await router.inbox.next();
      expect(await dealer.lines.next()).toBe('connect');
      router.socket.send(from, frames('x'));
      await dealer.socket.close();
      await router.socket.close();
      expect([dealer.inbox.size, dealer.lines.size]).toEqual([0, 0]);
    });
  });
}
