import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { Dealer, Publisher, Request, Router, Subscriber } from 'zeromq';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { HandshakeError } from '../errors.js';
import { socketsConformance } from '../sockets.conformance.js';
import type { CurveOptions, PeerId } from '../sockets.js';
import { Inbox } from '@syncytium/testkit';
import { newCurveKeys } from './curve.js';
import { nextTick } from './send-loop.js';
import { zeromqSockets } from './zeromq-sockets.js';

const anyAddress = 'tcp://127.0.0.1:0';
const ignore = () => undefined;

describe('ØMQ sockets that collect young garbage', () => {
  socketsConformance(() => zeromqSockets({ tunesGarbageCollection: true }), anyAddress);
});

describe('ØMQ sockets', () => {
  socketsConformance(() => zeromqSockets(), anyAddress);

  const sockets = zeromqSockets();
  const open: { close(): unknown }[] = [];
  const track = <S extends { close(): unknown }>(socket: S): S => {
    open.push(socket);
    return socket;
  };
  afterEach(async () => {
    for (const socket of open.splice(0).reverse()) await socket.close();
  });

  describe('with foreign peers', () => {
    test('subscribers that do not read are held as many messages as fit in the queue, and miss the rest', async () => {
      const sendQueueMax = 100;
      const wishes = new Inbox<boolean>();
      const publisher = track(sockets.publisher({ sendQueueMax, onSubscription: (_, wanted) => wishes.put(wanted) }));
      const address = await publisher.bind(anyAddress);
      const slow = Array.from({ length: 2 }, (_, i) => {
        const sub = track(new Subscriber({ linger: 0, receiveHighWaterMark: 1 }));
        sub.connect(address);
        sub.subscribe(`x${'y'.repeat(i)}`);
        return sub;
      });
      for (let i = 0; i < slow.length; i++) await wishes.next();
      // Too large for many of them to lie in the buffers of the line.
      const bytes = 256 * 1024;
      const send = async (number: number): Promise<void> => {
        const message = [Buffer.from('xy'), Buffer.alloc(bytes, number)];
        while (!publisher.send(message)) await nextTick();
      };
      for (let number = 1; number <= 2 * sendQueueMax; number++) await send(number);
      // What the socket's own queue had is with ØMQ then.
      await nextTick();
      for (const sub of slow)
        for (let number = 1; number <= sendQueueMax; number++) expect((await sub.receive())[1]?.at(0)).toBe(number);
      // There is room again, as soon as ØMQ has noticed.
      const next = Promise.all(slow.map((sub) => sub.receive()));
      let isHeard = false;
      void next.finally(() => (isHeard = true));
      while (!isHeard) {
        await send(255);
        await nextTick();
      }
      expect((await next).map(([, message]) => message?.at(0))).toEqual([255, 255]);
    });

    test('a router answers REQ and DEALER sockets of another library', async () => {
      const router = track(
        sockets.router({ onMessage: (from, message) => router.send(from, [...message, Buffer.from('!')]) }),
      );
      const address = await router.bind(anyAddress);
      const request = track(new Request({ linger: 0 }));
      request.connect(address);
      await request.send('hello');
      expect((await request.receive()).map(String)).toEqual(['hello', '!']);
      const dealer = track(new Dealer({ linger: 0, routingId: 'i-choose-my-own' }));
      dealer.connect(address);
      await dealer.send(['a', 'b']);
      expect((await dealer.receive()).map(String)).toEqual(['a', 'b', '!']);
    });

    test('a publisher serves a plain SUB, and a subscriber hears a plain PUB', async () => {
      const wishes = new Inbox<string>();
      const publisher = track(
        sockets.publisher({ onSubscription: (topic) => wishes.put(Buffer.from(topic).toString()) }),
      );
      const sub = track(new Subscriber({ linger: 0 }));
      sub.connect(await publisher.bind(anyAddress));
      sub.subscribe('news');
      expect(await wishes.next()).toBe('news');
      publisher.send([Buffer.from('news'), Buffer.from('x')]);
      expect((await sub.receive()).map(String)).toEqual(['news', 'x']);

      const inbox = new Inbox<string[]>();
      const connected = new Inbox<void>();
      const subscriber = track(
        sockets.subscriber({
          onMessage: (message) => inbox.put(message.map((frame) => Buffer.from(frame).toString())),
          onConnect: () => connected.put(),
        }),
      );
      const pub = track(new Publisher({ linger: 0 }));
      await pub.bind('tcp://127.0.0.1:*');
      subscriber.subscribe('');
      subscriber.connect(pub.lastEndpoint ?? '');
      await connected.next();
      // A plain PUB does not tell when it knows a subscription: send until it does.
      while (inbox.size === 0) {
        await pub.send('heard');
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await inbox.next()).toEqual(['heard']);
    });

    test('a dealer talks to a plain ROUTER', async () => {
      const router = track(new Router({ linger: 0 }));
      await router.bind('tcp://127.0.0.1:*');
      const inbox = new Inbox<string>();
      const dealer = track(sockets.dealer({ onMessage: ([frame]) => inbox.put(Buffer.from(frame ?? []).toString()) }));
      dealer.connect(router.lastEndpoint ?? '');
      dealer.send([Buffer.from('question')]);
      const [id, frame] = await router.receive();
      expect(frame?.toString()).toBe('question');
      await router.send([id ?? '', 'answer']);
      expect(await inbox.next()).toBe('answer');
    });
  });

  test('a peer that does not read holds up nobody, fills only its own queue, and gets it all when it reads', async () => {
    const from = new Inbox<PeerId>();
    const router = track(sockets.router({ sendQueueMax: 2000, onMessage: (peer) => from.put(peer) }));
    const address = await router.bind(anyAddress);
    const slow = track(new Dealer({ linger: 0, receiveHighWaterMark: 1 }));
    slow.connect(address);
    await slow.send('hello');
    const slowPeer = await from.next();
    const inbox = new Inbox<string>();
    const quick = track(sockets.dealer({ onMessage: ([frame]) => inbox.put(Buffer.from(frame ?? []).toString()) }));
    quick.connect(address);
    quick.send([Buffer.from('hello')]);
    const quickPeer = await from.next();

    const padding = Buffer.alloc(10_000);
    let accepted = 0;
    while (router.send(slowPeer, [Buffer.from(String(accepted)), padding])) {
      accepted++;
      if (accepted % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(accepted).toBeGreaterThanOrEqual(2000);
    for (let i = 0; i < 100; i++) expect(router.send(quickPeer, [Buffer.from(`quick ${i}`)])).toBe(true);
    expect(await inbox.take(100)).toEqual(Array.from({ length: 100 }, (_, i) => `quick ${i}`));

    for (let i = 0; i < accepted; i++) expect((await slow.receive())[0]?.toString()).toBe(String(i));
  });

  test('a peer that has gone is looked for by one timer, however much was sent to it', async () => {
    const gone = new Inbox<PeerId>();
    const heard = new Inbox<void>();
    const router = track(
      sockets.router({
        onMessage: (from, message) => {
          router.send(from, message);
          heard.put();
        },
        onDisconnect: (peer) => gone.put(peer),
      }),
    );
    const dealer = track(sockets.dealer({ onMessage: ignore }));
    dealer.connect(await router.bind(anyAddress));
    for (let i = 0; i < 900; i++) dealer.send([Buffer.from('x')]);
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    await dealer.close(10_000);
    await heard.take(900);
    await gone.next();
    expect(setTimer.mock.calls.length).toBeLessThan(50);
    setTimer.mockRestore();
  });

  test('addresses that ØMQ would misread are refused', async () => {
    const bad = ['tcp://127.0.0.1', 'tcp://127.0.0.1:80x', 'tcp://127.0.0.1:65536', 'udp://127.0.0.1:1', 'ipc://', 'x'];
    for (const address of bad) {
      const router = track(sockets.router({ onMessage: ignore }));
      await expect(router.bind(address)).rejects.toMatchObject({ code: 'address_invalid', details: { address } });
      const dealer = track(sockets.dealer({ onMessage: ignore }));
      expect(() => dealer.connect(address)).toThrow('must look like tcp://HOST:PORT');
    }
    const dealer = track(sockets.dealer({ onMessage: ignore }));
    for (const address of ['tcp://*:80', 'tcp://127.0.0.1:0', 'tcp://127.0.0.1:*'])
      expect(() => dealer.connect(address)).toThrow('must look like tcp://HOST:PORT');
    const router = track(sockets.router({ onMessage: ignore }));
    await expect(router.bind('tcp://192.0.2.1:5454')).rejects.toMatchObject({ code: 'address_not_available' });
    expect(await router.bind('tcp://127.0.0.1:*')).toMatch(/:\d+$/);
  });

  test('sockets reach each other over a Unix socket', async () => {
    const inbox = new Inbox<string>();
    const router = track(sockets.router({ onMessage: (_, [frame]) => inbox.put(Buffer.from(frame ?? []).toString()) }));
    const path = `ipc:///tmp/syncytium-test-${process.pid}`;
    expect(await router.bind(path)).toBe(path);
    const dealer = track(sockets.dealer({ onMessage: ignore }));
    dealer.connect(path);
    dealer.send([Buffer.from('hello')]);
    expect(await inbox.next()).toBe('hello');
  });

  describe('with CURVE keys', () => {
    const server = newCurveKeys();

    async function makeServer(curve: Partial<CurveOptions> = {}) {
      const inbox = new Inbox<string>();
      const errors = new Inbox<Error>();
      const router = track(
        sockets.router({
          curve: { ...server, ...curve },
          onMessage: (from, message) => {
            inbox.put(Buffer.from(message[0] ?? []).toString());
            router.send(from, message);
          },
          onError: (error) => errors.put(error),
        }),
      );
      return { address: await router.bind(anyAddress), inbox, errors };
    }

    function makeClient(address: string, curve?: CurveOptions) {
      const inbox = new Inbox<string>();
      const errors = new Inbox<Error>();
      const dealer = track(
        sockets.dealer({
          ...(curve && { curve }),
          onMessage: ([frame]) => inbox.put(Buffer.from(frame ?? []).toString()),
          onError: (error) => errors.put(error),
        }),
      );
      dealer.connect(address);
      dealer.send([Buffer.from('secret')]);
      return { dealer, inbox, errors };
    }

    test.each([
      ['without keys', false],
      ['with keys', true],
    ])('a line that breaks within its handshake is made again, %s, and nobody is troubled', async (_, hasKeys) => {
      const inbox = new Inbox<string>();
      const curve = hasKeys ? { curve: server } : {};
      const router = track(sockets.router({ ...curve, onMessage: (_from, [frame]) => inbox.put(String(frame)) }));
      const { port } = new URL(await router.bind(anyAddress));
      let lines = 0;
      const breaking = track(
        createServer((line) => {
          line.on('error', ignore);
          if (++lines === 1) line.once('data', () => line.destroy());
          else line.pipe(connect(Number(port), '127.0.0.1').on('error', ignore)).pipe(line);
        }),
      );
      await once(breaking.listen(0, '127.0.0.1'), 'listening');
      const { port: broken } = breaking.address() as AddressInfo;
      const keys = hasKeys ? { ...newCurveKeys(), serverKey: server.publicKey } : undefined;
      const client = makeClient(`tcp://127.0.0.1:${broken}`, keys);
      expect(await inbox.next()).toBe('secret');
      expect([lines, client.errors.size]).toEqual([2, 0]);
    });

    test('peers that know each other talk', async () => {
      const { address } = await makeServer();
      const client = makeClient(address, { ...newCurveKeys(), serverKey: server.publicKey });
      expect(await client.inbox.next()).toBe('secret');
    });

    test('a client without keys, and one that expects another server, get nothing', async () => {
      const { address, inbox, errors } = await makeServer();
      const plain = makeClient(address);
      expect((await plain.errors.next()).message).toMatch(/failed: the other end wants CURVE keys, or/);
      const misled = makeClient(address, { ...newCurveKeys(), serverKey: newCurveKeys().publicKey });
      const misleading = await misled.errors.next();
      expect(misleading).toMatchObject({ code: 'handshake_failed' });
      expect(misleading.message).toMatch(/failed: the other end has another public key than this end was told, or/);
      expect(await errors.next()).toBeInstanceOf(HandshakeError);
      expect([plain.inbox.size, misled.inbox.size, inbox.size]).toEqual([0, 0, 0]);
    });

    test('a client with keys, where none are used, is told that', async () => {
      const router = track(sockets.router({ onMessage: ignore }));
      const client = makeClient(await router.bind(anyAddress), { ...newCurveKeys(), serverKey: server.publicKey });
      expect((await client.errors.next()).message).toMatch(/, or no CURVE keys at all$/);
    });

    test('an allow-list lets in who is on it, and tells both sides of a refusal', async () => {
      const friend = newCurveKeys();
      const allowed = new Set([friend.publicKey]);
      const { address, inbox, errors } = await makeServer({ allow: (key) => allowed.has(key) });
      const stranger = makeClient(address, { ...newCurveKeys(), serverKey: server.publicKey });
      expect((await stranger.errors.next()).message).toMatch(/the other end does not allow this end's key$/);
      expect((await errors.next()).message).toMatch(/the other end's key is not allowed$/);
      const client = makeClient(address, { ...friend, serverKey: server.publicKey });
      expect(await client.inbox.next()).toBe('secret');
      expect([stranger.inbox.size, inbox.size]).toEqual([0, 1]);
    });

    test('each socket has its own allow-list, and a list that throws lets nobody in', async () => {
      const keys = newCurveKeys();
      const strict = await makeServer({
        allow: () => {
          throw new Error('broken list');
        },
      });
      const lenient = await makeServer({ allow: () => true });
      const open = await makeServer();
      const refused = makeClient(strict.address, { ...keys, serverKey: server.publicKey });
      expect(await refused.errors.next()).toBeInstanceOf(HandshakeError);
      for (const { address } of [lenient, open])
        expect(await makeClient(address, { ...keys, serverKey: server.publicKey }).inbox.next()).toBe('secret');
    });

    test('a refused client gets in once its key is on the list, without doing anything', async () => {
      const allowed = new Set<string>();
      const { address } = await makeServer({ allow: (key) => allowed.has(key) });
      const keys = newCurveKeys();
      const client = makeClient(address, { ...keys, serverKey: server.publicKey });
      await client.errors.next();
      allowed.add(keys.publicKey);
      expect(await client.inbox.next()).toBe('secret');
    });

    test('a publisher keeps its events from who is not on the list', async () => {
      const friend = newCurveKeys();
      const wishes = new Inbox<string>();
      const publisher = track(
        sockets.publisher({
          curve: { ...server, allow: (key) => key === friend.publicKey },
          onSubscription: (topic) => wishes.put(Buffer.from(topic).toString()),
        }),
      );
      const address = await publisher.bind(anyAddress);
      const subscribe = (name: string, keys: { publicKey: string; secretKey: string }) => {
        const inbox = new Inbox<string>();
        const errors = new Inbox<Error>();
        const subscriber = track(
          sockets.subscriber({
            curve: { ...keys, serverKey: server.publicKey },
            onMessage: ([frame]) => inbox.put(Buffer.from(frame ?? []).toString()),
            onError: (error) => errors.put(error),
          }),
        );
        subscriber.subscribe(name);
        subscriber.connect(address);
        return { inbox, errors };
      };
      const stranger = subscribe('x of a stranger', newCurveKeys());
      await stranger.errors.next();
      const known = subscribe('x', friend);
      expect(await wishes.next()).toBe('x');
      publisher.send([Buffer.from('x of a stranger')]);
      expect(await known.inbox.next()).toBe('x of a stranger');
      expect([stranger.inbox.size, wishes.size]).toEqual([0, 0]);
    });

    test('keys that are none, or on the wrong side, are refused without being shown', () => {
      const keys = newCurveKeys();
      const badKeys = { publicKey: keys.publicKey, secretKey: 'my secret' };
      expect(() => sockets.router({ curve: badKeys, onMessage: ignore })).toThrow(
        /^curve\.secretKey must be a key of 40 Z85 characters$/,
      );
      expect(() => sockets.router({ curve: { ...keys, serverKey: keys.publicKey }, onMessage: ignore })).toThrow(
        'curve.serverKey belongs to the connecting side only',
      );
      expect(() => sockets.dealer({ curve: keys, onMessage: ignore })).toThrow(
        'curve.serverKey is needed on the connecting side',
      );
    });
  });
});
