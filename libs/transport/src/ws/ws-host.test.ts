import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { freePort, SimulatedClock } from '@syncytium/testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHttpHost, type HttpHost } from '../http/index.js';
import { deferred } from '../http/testing/deferred.js';
import { RawClient, readAnswer } from '../http/testing/raw-client.js';
import { eventually } from '../testing/eventually.js';
import {
  connectWs,
  createWsHost,
  type WsConnection,
  type WsHandlers,
  type WsHost,
  type AllowedOrigins,
  type WsHostOptions,
} from './index.js';
import { clientFrame, closeCodeIn, handshake } from './testing/raw-frames.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Options = Partial<Pick<WsHostOptions, 'limits' | 'origins' | 'deflate' | 'onDrain' | 'log' | 'clock' | 'path'>> & {
  readonly onConnection?: WsHostOptions['onConnection'];
};

const echo: WsHostOptions['onConnection'] = (connection) => ({
  onMessage: (data, isBinary) => void connection.send(data, isBinary),
});

async function startOwnPort(options: Options = {}): Promise<{ host: WsHost; port: number }> {
  const host = createWsHost({ name: 'demo', listen: { port: 0 }, onConnection: echo, ...options });
  cleanups.push(() => Promise.resolve(host.stop()));
  await host.start();
  return { host, port: host.address.port };
}

async function startAttached(options: Options = {}): Promise<{ host: WsHost; port: number; http: HttpHost }> {
  const http = createHttpHost({ name: 'demo', listen: { port: 0 } });
  const host = createWsHost({ name: 'demo', http, path: '/ws', onConnection: echo, ...options });
  cleanups.push(
    () => http.stop(),
    () => host.stop(),
  );
  await http.start();
  await host.start();
  return { host, http, port: host.address.port };
}

/** A client that keeps what it receives. */
async function connectClient(url: string, handlers: Partial<WsHandlers> = {}) {
  const received: { text: string; isBinary: boolean }[] = [];
  const closed = deferred<{ code: number; reason: string }>();
  const connection = await connectWs(url, {
    onMessage: (data, isBinary) => void received.push({ text: data.toString(), isBinary }),
    onClose: (code, reason) => closed.resolve({ code, reason }),
    ...handlers,
  });
  cleanups.push(async () => {
    connection.terminate();
    await closed.promise;
  });
  return { connection, received, closed: closed.promise };
}

/** A client that sends frames byte by byte as told. */
async function connectRaw(port: number, path = '/'): Promise<RawClient> {
  const client = await RawClient.connect(port);
  client.write(handshake(path));
  await client.received(/\r\n\r\n/);
  return client;
}

describe.each([
  { how: 'on a port of its own', start: startOwnPort },
  { how: 'on a path of an HTTP host', start: startAttached },
])('a WebSocket host $how', ({ start }) => {
  it('carries text and bytes both ways, in order, marked as what they are', async () => {
    const { host } = await start();
    const { connection, received } = await connectClient(host.url);
    connection.send('grüß dich');
    connection.send(Buffer.from([1, 2, 3]));
    connection.send(Buffer.from('{}'), false);
    connection.send('');
    await eventually(() => expect(received).toHaveLength(4));
    expect(received).toEqual([
      { text: 'grüß dich', isBinary: false },
      { text: '\u0001\u0002\u0003', isBinary: true },
      { text: '{}', isBinary: false },
      { text: '', isBinary: false },
    ]);
  });

  it('carries a message that is sent in parts as one, between others', async () => {
    const { host } = await start({
      onConnection: (connection) => ({
        onMessage(data) {
          connection.send('before');
          const parts = [data.subarray(0, 2), data.subarray(2, 4), data.subarray(4)];
          parts.forEach((part, i) => connection.sendPart(part, false, i === parts.length - 1));
          connection.send('after');
          connection.sendPart(data, true, true);
        },
      }),
    });
    const { connection, received } = await connectClient(host.url);
    connection.send('in parts');
    await eventually(() => expect(received).toHaveLength(4));
    expect(received).toEqual([
      { text: 'before', isBinary: false },
      { text: 'in parts', isBinary: false },
      { text: 'after', isBinary: false },
      { text: 'in parts', isBinary: true },
    ]);
  });

  it('refuses to send a message in the middle of another', async () => {
    const failed = deferred<unknown>();
    const { host } = await start({
      onConnection: (connection) => ({
        onMessage(data) {
          connection.sendPart(data, false, false);
          try {
            connection.send('between');
          } catch (error) {
            failed.resolve(error);
          }
        },
      }),
    });
    const { connection, received } = await connectClient(host.url);
    connection.send('begun');
    expect(await failed.promise).toMatchObject({
      message: expect.stringContaining('in the middle of another') as unknown,
    });
    expect(received).toEqual([]);
  });

  it('says goodbye with 1001 when it drains, after what was sent before, and refuses newcomers', async () => {
    const connections: WsConnection[] = [];
    const { host } = await start({
      onConnection: (connection) => {
        connections.push(connection);
        return echo(connection, undefined as never);
      },
      onDrain: () => connections.forEach((connection) => connection.send('last words')),
    });
    const { received, closed } = await connectClient(host.url);
    const drained = host.drain(new AbortController().signal);
    await expect(connectWs(host.url, { onMessage: vi.fn() })).rejects.toMatchObject({ details: { status: 503 } });
    expect(await closed).toEqual({ code: 1001, reason: 'demo is shutting down' });
    expect(received).toEqual([{ text: 'last words', isBinary: false }]);
    await drained;
    expect(host.connectionCount).toBe(0);
  });

  it('says goodbye also when its owner fails, and to everybody who asked for the drain', async () => {
    const { host } = await start({
      onDrain: () => {
        throw new Error('oops');
      },
    });
    const { closed } = await connectClient(host.url);
    const { signal } = new AbortController();
    const drains = [host.drain(signal), host.drain(signal)];
    await Promise.all(drains.map((drain) => expect(drain).rejects.toThrow('oops')));
    expect(await closed).toMatchObject({ code: 1001 });
  });

  it('has told every handler when it has stopped', async () => {
    const onClose = vi.fn();
    const { host } = await start({ onConnection: () => ({ onMessage: vi.fn(), onClose }) });
    await connectClient(host.url);
    await host.stop();
    expect(onClose.mock.calls).toEqual([[1006, '']]);
    expect(host.connectionCount).toBe(0);
  });

  it('tells its path to who calls it without WebSocket', async () => {
    const { host } = await start();
    const response = await fetch(host.url.replace('ws', 'http'));
    expect(response.status).toBe(426);
    expect(await response.json()).toMatchObject({ error: { code: 'upgrade_required' } });
  });
});

/** Sends a hundred messages in one write to the first of the server's sockets; gives the writes that answer them. */
async function writesForHundred(port: number, sockets: readonly Socket[]): Promise<number> {
  const client = await connectRaw(port);
  const [socket] = sockets as [
    Socket & { _writev: (...args: unknown[]) => void; _write: (...args: unknown[]) => void },
  ];
  const writes = [vi.spyOn(socket, '_writev'), vi.spyOn(socket, '_write')];
  client.write(Buffer.concat(Array.from({ length: 100 }, (_, i) => clientFrame(1, `message ${i}`))));
  await client.received(/message 99/);
  client.socket.destroy();
  return writes.reduce((sum, { mock }) => sum + mock.calls.length, 0);
}

describe('what it sends', () => {
  it('takes every path of one more segment where its own ends in /*', async () => {
    const paths: string[] = [];
    const onConnection: WsHostOptions['onConnection'] = (connection, { url = '' }) => {
      paths.push(url);
      return echo(connection, {} as never);
    };
    const { http } = await startAttached({ path: '/services/*', onConnection });
    const base = http.url.replace('http', 'ws');
    await connectClient(`${base}/services/a%2Fb?role=provider`);
    expect(paths).toEqual(['/services/a%2Fb?role=provider']);
    for (const path of ['/services', '/services/', '/services/a/b'])
      await expect(connectClient(base + path), path).rejects.toMatchObject({ details: { status: 404 } });
    expect((await fetch(`${http.url}/services/a`)).status).toBe(426);
  });

  it('leaves in one write for all messages that came in one read', async () => {
    const sockets: Socket[] = [];
    const { port } = await startOwnPort({
      onConnection: (connection, request) => {
        sockets.push(request.socket);
        return echo(connection, request);
      },
    });
    expect(await writesForHundred(port, sockets)).toBe(1);
  });

  it('leaves in one write also when it is made a microtask later', async () => {
    const sockets: Socket[] = [];
    const { port } = await startOwnPort({
      onConnection: (connection, { socket }) => {
        sockets.push(socket);
        return { onMessage: (data) => void Promise.resolve().then(() => connection.send(data, false)) };
      },
    });
    expect(await writesForHundred(port, sockets)).toBe(1);
  });

  it('comes before the answer to a ping or a close that came behind it, and a message in parts between them is whole', async () => {
    const { port } = await startOwnPort();
    const client = await connectRaw(port);
    client.write(
      Buffer.concat([
        clientFrame(1, 'first'),
        clientFrame(9, 'alive?'),
        clientFrame(1, 'sec', { isFinal: false }),
        clientFrame(0, 'ond'),
        clientFrame(1, 'third'),
        clientFrame(8, Buffer.from([3, 232])),
        clientFrame(1, 'too late'),
      ]),
    );
    client.socket.on('end', () => client.socket.destroy());
    const [, frames] = (await client.closed).split('\r\n\r\n');
    expect(frames).toBe('\x81\x05first\x8a\x06alive?\x81\x06second\x81\x05third\x88\x02\x03\xe8');
  });

  it('is dropped, and says so, when the connection is closing', async () => {
    const { host } = await startOwnPort();
    const { connection, closed } = await connectClient(host.url);
    connection.close(4000, 'enough');
    expect(connection.send('too late')).toBe(false);
    expect(connection.isOpen).toBe(false);
    expect(await closed).toEqual({ code: 4000, reason: 'enough' });
  });
});

describe('a peer that does not read', () => {
  const slowLimits = { bufferedBytesHigh: 1_000_000, bufferedBytesMax: 40_000_000 };

  it('is not read from until it has read everything', async () => {
    const seen: string[] = [];
    const drained = deferred();
    const flooded = deferred<boolean>();
    const { host, port } = await startOwnPort({
      limits: slowLimits,
      onConnection: (connection) => ({
        onMessage: (data) => {
          const text = data.toString();
          seen.push(text);
          if (text === 'ping') connection.send('pong');
          if (text !== 'flood me') return;
          const results = Array.from({ length: 20 }, () => connection.send(Buffer.alloc(1_000_000)));
          flooded.resolve(results.at(-1) ?? true);
        },
        onDrain: () => drained.resolve(),
      }),
    });
    const slow = await connectRaw(port);
    slow.socket.pause();
    slow.write(clientFrame(1, 'flood me'));
    expect(await flooded.promise).toBe(false);
    slow.write(clientFrame(1, 'more'));
    // Another client's whole exchange shows that the host had the time to read.
    const other = await connectClient(host.url);
    other.connection.send('ping');
    await eventually(() => expect(other.received).toEqual([{ text: 'pong', isBinary: false }]));
    expect(seen).toEqual(['flood me', 'ping']);
    slow.socket.resume();
    await drained.promise;
    await eventually(() => expect(seen).toEqual(['flood me', 'ping', 'more']));
    slow.socket.destroy();
  });

  it.each([
    ['little, where little is allowed', { limits: { bufferedBytesHigh: 1 } }, 10],
    ['much that is little once it is compressed', { deflate: true }, 2_000_000],
  ])('and got %s is read from again', async (_what, options, bytes) => {
    const seen: string[] = [];
    const drained = deferred();
    const { host } = await startOwnPort({
      ...options,
      onConnection: (connection) => ({
        onMessage: (data) => {
          seen.push(data.toString());
          expect(connection.send(Buffer.alloc(bytes))).toBe(false);
        },
        onDrain: () => drained.resolve(),
      }),
    });
    const client = await connectWs(
      host.url,
      { onMessage: vi.fn() },
      { ...options, limits: { messageBytesMax: bytes } },
    );
    client.send('one');
    await drained.promise;
    client.send('two');
    await eventually(() => expect(seen).toEqual(['one', 'two']));
    client.terminate();
  });

  it('is cut when it takes nothing for an interval', async () => {
    const closed = deferred<number>();
    const { port } = await startOwnPort({
      clock: new SimulatedClock(),
      limits: { ...slowLimits, pingIntervalMs: 20 },
      onConnection: (connection) => ({
        onMessage: () => void connection.send(Buffer.alloc(30_000_000)),
        onClose: (code) => closed.resolve(code),
      }),
    });
    const client = await connectRaw(port);
    client.socket.pause();
    client.write(clientFrame(1, 'flood me'));
    expect(await closed.promise).toBe(1006);
    client.socket.destroy();
  });

  it('is closed when too much waits for it, and gets no more', async () => {
    const closed = deferred();
    const sent = vi.fn();
    let bufferedMost = 0;
    const { port } = await startOwnPort({
      limits: { ...slowLimits, closeTimeoutMs: 1 },
      onConnection: (connection) => ({
        onMessage: () => {
          for (let i = 0; i < 100; i++) {
            if (connection.isOpen) sent();
            connection.send(Buffer.alloc(1_000_000));
          }
          bufferedMost = connection.bufferedBytes;
        },
        onClose: () => closed.resolve(),
      }),
    });
    const client = await connectRaw(port);
    client.socket.pause();
    client.write(clientFrame(1, 'flood me'));
    await closed.promise;
    expect(sent).toHaveBeenCalledTimes(40);
    expect(bufferedMost).toBeGreaterThan(40_000_000);
    expect(bufferedMost).toBeLessThan(40_001_000);
    client.socket.destroy();
  });
});

describe('a peer that breaks the rules', () => {
  const limits = { messageBytesMax: 1000 };
  it.each([
    ['a message too long', [clientFrame(1, 'x'.repeat(1001))], 1009],
    [
      'a message too long in parts',
      [clientFrame(1, 'x'.repeat(600), { isFinal: false }), clientFrame(0, 'x'.repeat(600))],
      1009,
    ],
    ['text that is not UTF-8', [clientFrame(1, Buffer.from([0xff, 0xfe]))], 1007],
    ['text cut within a character', [clientFrame(1, Buffer.from([0xc3]))], 1007],
    ['a frame without mask', [clientFrame(1, 'x', { isMasked: false })], 1002],
    ['a reserved bit', [clientFrame(1, 'x', { reserved: 0x40 })], 1002],
    ['an unknown opcode', [clientFrame(3, 'x')], 1002],
    ['a continuation of nothing', [clientFrame(0, 'x')], 1002],
    ['a ping too long', [clientFrame(9, 'x'.repeat(126))], 1002],
    ['a ping in parts', [clientFrame(9, 'x', { isFinal: false })], 1002],
    ['a close code that is none', [clientFrame(8, Buffer.from([3, 237]))], 1002],
  ])('is closed for %s', async (_what, frames, code) => {
    const onMessage = vi.fn();
    const onClose = vi.fn();
    const { port } = await startOwnPort({ limits, onConnection: () => ({ onMessage, onClose }) });
    const client = await connectRaw(port);
    client.write(Buffer.concat(frames));
    client.socket.on('end', () => client.socket.destroy());
    expect(closeCodeIn(await client.closed)).toBe(code);
    await eventually(() => expect(onClose).toHaveBeenCalledOnce());
    expect(onMessage).not.toHaveBeenCalled();
  });

  it('is refused when its handshake is wrong', async () => {
    const { port } = await startOwnPort();
    const client = await RawClient.connect(port);
    client.write(handshake().replace('Sec-WebSocket-Key: ', 'Sec-WebSocket-Key: short'));
    expect(await client.closed).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('connections', () => {
  it('are refused beyond the limit, with a reason', async () => {
    const { host, port } = await startOwnPort({ limits: { connectionsMax: 1 } });
    await connectClient(host.url);
    const client = await RawClient.connect(port);
    client.write(handshake());
    expect(readAnswer(await client.closed)).toMatchObject({
      status: 503,
      body: { error: { code: 'limit_reached', limit: 'connections', max: 1 } },
    });
    expect(host.connectionCount).toBe(1);
  });

  it.each<[AllowedOrigins, string, boolean]>([
    ['same', 'http://evil.example', false],
    ['same', 'null', false],
    ['same', 'SELF', true],
    ['any', 'http://evil.example', true],
    [['http://good.example'], 'http://good.example', true],
    [['http://good.example'], 'SELF', false],
  ])('of web pages: with %j allowed, %s is allowed: %s', async (origins, origin, isAllowed) => {
    const { host, port } = await startOwnPort({ origins });
    const headers = { origin: origin.replace('SELF', `http://127.0.0.1:${port}`) };
    const attempt = connectWs(host.url, { onMessage: vi.fn() }, { headers });
    if (isAllowed) (await attempt).terminate();
    else await expect(attempt).rejects.toMatchObject({ code: 'ws_refused', details: { status: 403 } });
  });

  it('that vanish are told once, as 1006', async () => {
    const onClose = vi.fn();
    const { host, port } = await startOwnPort({ onConnection: () => ({ onMessage: vi.fn(), onClose }) });
    const client = await connectRaw(port);
    client.socket.destroy();
    await eventually(() => expect(host.connectionCount).toBe(0));
    expect(onClose.mock.calls).toEqual([[1006, '']]);
  });

  it('are cut after an interval without a sign of life, and kept with one', async () => {
    const clock = new SimulatedClock();
    const { host, port } = await startOwnPort({ clock, limits: { pingIntervalMs: 1000 } });
    const mute = await connectRaw(port);
    const { connection, received } = await connectClient(host.url);
    for (let i = 1; host.connectionCount === 2; i++) {
      clock.advance(1000);
      // The round trip lets the live client's pong arrive before the next interval.
      connection.send(`round ${i}`);
      await eventually(() => expect(received).toHaveLength(i));
      expect(i).toBeLessThan(4);
    }
    await mute.closed;
    expect(host.connectionCount).toBe(1);
    expect(connection.isOpen).toBe(true);
  });

  it('are kept while anything of them arrives, be it a message that comes slowly', async () => {
    const clock = new SimulatedClock();
    const sockets: Socket[] = [];
    const seen: string[] = [];
    const { port } = await startOwnPort({
      clock,
      limits: { pingIntervalMs: 1000 },
      onConnection: (_connection, { socket }) => {
        sockets.push(socket);
        return { onMessage: (data) => void seen.push(data.toString()) };
      },
    });
    const client = await connectRaw(port);
    const [socket] = sockets as [Socket];
    const frame = clientFrame(1, 'slowly');
    for (const byte of frame) {
      const { bytesRead } = socket;
      client.write(Buffer.from([byte]));
      await eventually(() => expect(socket.bytesRead).toBe(bytesRead + 1));
      clock.advance(1000);
    }
    expect(seen).toEqual(['slowly']);
    client.socket.destroy();
  });

  it('are closed with 1011 when a handler throws, which is logged', async () => {
    const error = vi.fn();
    const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error, child: () => log };
    const { host } = await startOwnPort({
      log,
      onConnection: () => ({
        onMessage: () => {
          throw new Error('oops');
        },
      }),
    });
    const { connection, closed } = await connectClient(host.url);
    connection.send('x');
    expect(await closed).toEqual({ code: 1011, reason: 'internal error' });
    expect(error).toHaveBeenCalledOnce();
  });

  it('are closed with 1011 when their owner fails to take them, which is logged', async () => {
    const error = vi.fn();
    const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error, child: () => log };
    const { host } = await startOwnPort({
      log,
      onConnection: () => {
        throw new Error('oops');
      },
    });
    const { closed } = await connectClient(host.url);
    expect(await closed).toEqual({ code: 1011, reason: 'internal error' });
    expect(error).toHaveBeenCalledOnce();
    await eventually(() => expect(host.connectionCount).toBe(0));
  });

  it('can be paused and resumed by their owner', async () => {
    const seen: string[] = [];
    const connections: WsConnection[] = [];
    const { host } = await startOwnPort({
      onConnection: (connection) => {
        connections.push(connection);
        connection.pause();
        return { onMessage: (data) => void seen.push(data.toString()) };
      },
    });
    const { connection } = await connectClient(host.url);
    connection.send('x');
    // Another client's whole exchange shows that the host had the time to read.
    const other = await connectClient(host.url);
    connections[1]?.resume();
    other.connection.send('y');
    await eventually(() => expect(seen).toEqual(['y']));
    connections[0]?.resume();
    await eventually(() => expect(seen).toEqual(['y', 'x']));
  });

  it('have been read to the end, and nothing twice, when they are cut while paused', async () => {
    const seen: string[] = [];
    const closed = deferred();
    const sockets: Socket[] = [];
    const connections: WsConnection[] = [];
    const { port } = await startOwnPort({
      onConnection: (connection, { socket }) => {
        sockets.push(socket);
        connections.push(connection);
        return {
          onMessage: (data) => {
            seen.push(data.toString());
            connection.pause();
          },
          onClose: () => closed.resolve(),
        };
      },
    });
    const client = await connectRaw(port);
    const second = clientFrame(1, 'second');
    client.write(Buffer.concat([clientFrame(1, 'first'), second.subarray(0, 4)]));
    await eventually(() => expect(seen).toEqual(['first']));
    client.write(second.subarray(4));
    await eventually(() => expect(sockets[0]?.readableLength).toBe(second.length - 4));
    connections[0]?.terminate();
    await closed.promise;
    expect(seen).toEqual(['first', 'second']);
    client.socket.destroy();
  });

  it('compress messages only when asked to', async () => {
    const { host, port } = await startOwnPort({ deflate: true });
    const client = await connectWs(host.url, { onMessage: vi.fn() }, { deflate: true });
    client.terminate();
    const offer = handshake().replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n');
    const raw = await RawClient.connect(port);
    expect(await raw.write(offer).received(/\r\n\r\n/)).toMatch(/permessage-deflate/);
    raw.socket.destroy();
    const { port: plainPort } = await startOwnPort();
    const plain = await RawClient.connect(plainPort);
    expect(await plain.write(offer).received(/\r\n\r\n/)).not.toMatch(/permessage-deflate/);
    plain.socket.destroy();
  });
});

describe('connectWs', () => {
  it('tells that nobody listens', async () => {
    const port = await freePort();
    await expect(connectWs(`ws://127.0.0.1:${port}/`, { onMessage: vi.fn() })).rejects.toMatchObject({
      code: 'ws_refused',
      details: { url: `ws://127.0.0.1:${port}/` },
    });
  });

  it('tells the status of a server that refuses', async () => {
    const { host } = await startAttached();
    await expect(connectWs(`${host.url}/no`, { onMessage: vi.fn() })).rejects.toMatchObject({
      code: 'ws_refused',
      details: { status: 404 },
    });
  });

  it.each(['http://127.0.0.1/', 'ws://', 'echo', 'ws://127.0.0.1/#part'])('refuses the URL %s', (url) => {
    expect(() => connectWs(url, { onMessage: vi.fn() })).toThrow(/^url must be ws:/);
  });

  describe('to a server that says nothing', () => {
    async function startMute(): Promise<string> {
      const sockets: Socket[] = [];
      const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      cleanups.push(async () => {
        for (const socket of sockets) socket.destroy();
        server.close();
        await once(server, 'close');
      });
      return `ws://127.0.0.1:${(server.address() as { port: number }).port}/`;
    }

    it('gives up after its time and names it', async () => {
      const clock = new SimulatedClock();
      const url = await startMute();
      const attempt = connectWs(url, { onMessage: vi.fn() }, { clock, timeoutMs: 2000 });
      const outcome = expect(attempt).rejects.toMatchObject({
        code: 'timeout',
        details: { missing: url, waitedMs: 2000 },
      });
      clock.advance(2000);
      await outcome;
      expect(clock.pending).toBe(0);
    });

    it('gives up when it is told to', async () => {
      const controller = new AbortController();
      const attempt = connectWs(await startMute(), { onMessage: vi.fn() }, { signal: controller.signal });
      controller.abort();
      await expect(attempt).rejects.toMatchObject({ code: 'aborted' });
    });
  });
});
