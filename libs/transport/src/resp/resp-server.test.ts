import { execFile, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock, WaitTable, type Clock } from '@syncytium/kit';
import { settle, SimulatedClock } from '@syncytium/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { MemoryBroker } from '../memory/memory-broker.js';
import { encodeCommand, RawClient } from '../testing/raw-client.js';
import { RespServer, type RespServerOptions } from './resp-server.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Started {
  readonly broker: MemoryBroker;
  readonly server: RespServer;
  readonly client: () => Promise<RawClient>;
}

async function start(options: Partial<RespServerOptions> = {}, clock: Clock = systemClock): Promise<Started> {
  const broker = options.broker ?? new MemoryBroker({ clock });
  const server = new RespServer({ listen: { port: 0 }, ...options, broker });
  await server.start();
  cleanUps.push(
    () => broker.close(),
    () => server.stop(),
  );
  return {
    broker,
    server,
    async client() {
      const client = await RawClient.connect(server.address.port);
      cleanUps.push(() => client.close());
      return client;
    },
  };
}

const blocked = async (server: RespServer, count: number): Promise<void> => {
  while (server.facts().blockedClients !== count) await settle();
};

const connected = async (server: RespServer, count: number): Promise<void> => {
  while (server.facts().connectedClients !== count) await settle();
};

describe('a conversation', () => {
  test('of pipelined commands is answered in order, in one piece', async () => {
    const { client } = await start();
    const raw = await client();
    await raw.ask('PING');
    const before = raw.chunks;
    raw.sendRaw(Buffer.concat(Array.from({ length: 100 }, (_, i) => encodeCommand(['RPUSH', 'l', `${i}`]))));
    for (let i = 1; i <= 100; i++) expect(await raw.next()).toBe(`:${i}\r\n`);
    expect(raw.chunks - before).toBe(1);
  });

  test('goes on by telnet', async () => {
    const { client } = await start();
    const raw = await client();
    raw.sendRaw('set k "a b"\r\nget k\r\n');
    expect([await raw.next(), await raw.next()]).toEqual(['+OK\r\n', '$3\r\na b\r\n']);
  });

  test('ends after nonsense, with an error', async () => {
    const { client } = await start();
    const raw = await client();
    raw.sendRaw('*1\r\n$4\r\nPING\r\n*1\r\n:5\r\n*1\r\n$4\r\nPING\r\n');
    expect(await raw.untilClosed()).toBe("+PONG\r\n-ERR Protocol error: expected '$', got ':'\r\n");
  });

  test('ends with everything sent when the client has sent everything', async () => {
    const { client } = await start();
    const raw = await client();
    raw.socket.end(encodeCommand(['PING']));
    expect(await raw.untilClosed()).toBe('+PONG\r\n');
  });

  test('ends with everything replied also when that is more than may wait for the client', async () => {
    const { client, broker } = await start({ limits: { replyBytesHigh: 100_000 } });
    const raw = await client();
    await broker.set('k', Buffer.alloc(60_000, 'x'));
    raw.socket.end(Buffer.concat(Array.from({ length: 100 }, () => encodeCommand(['GET', 'k']))));
    expect((await raw.untilClosed()).length).toBe(100 * (60_000 + '$60000\r\n\r\n'.length));
  });

  test('ends without waiting when the client has sent everything', async () => {
    const { client, broker } = await start();
    const raw = await client();
    raw.socket.end(Buffer.concat([encodeCommand(['PING']), encodeCommand(['BRPOP', 'l', '0'])]));
    expect(await raw.untilClosed()).toBe('+PONG\r\n');
    await broker.lpush('l', 'v');
    expect(await broker.llen('l')).toBe(1);
  });

  test('ends in bounded time with a client that says it goes, does not read, and goes on sending', async () => {
    const clock = new SimulatedClock();
    const { client, server, broker } = await start({ limits: { replyBytesHigh: 64_000_000 } }, clock);
    const [raw, other] = [await client(), await client()];
    await broker.set('k', Buffer.alloc(30_000_000, 'x'));
    raw.socket.pause();
    raw.send('GET', 'k');
    raw.send('QUIT');
    while (server.facts().commandsProcessed < 2) await settle();
    raw.send('PING');
    await other.ask('PING');
    expect(server.facts().connectedClients).toBe(2);
    clock.advance(10_000);
    await connected(server, 1);
    expect(clock.pending).toBe(0);
  });

  test('ends with QUIT', async () => {
    const { client } = await start();
    const raw = await client();
    raw.sendRaw('PING\r\nQUIT\r\nPING\r\n');
    expect(await raw.untilClosed()).toBe('+PONG\r\n+OK\r\n');
  });

  test('is refused to a browser', async () => {
    const { client, broker } = await start();
    const raw = await client();
    raw.sendRaw('POST / HTTP/1.1\r\nHost: x\r\n\r\nSET hacked 1\r\n');
    expect(await raw.untilClosed()).toBe('');
    expect(await broker.exists('hacked')).toBe(false);
  });

  test('waits behind a blocked command and goes on when that is served', async () => {
    const { client, server, broker } = await start();
    const raw = await client();
    raw.send('BRPOP', 'l', '0');
    raw.send('LLEN', 'm');
    await blocked(server, 1);
    await broker.lpush('m', 'x');
    await broker.lpush('l', 'v');
    expect(await raw.next()).toBe('*2\r\n$1\r\nl\r\n$1\r\nv\r\n');
    expect(await raw.next()).toBe(':1\r\n');
  });

  test('of an in-process client and a remote one is about the same keys', async () => {
    const { client, broker } = await start();
    const raw = await client();
    await broker.set('schlüssel', 'wert');
    expect(await raw.ask('GET', Buffer.from('schlüssel').toString('latin1'))).toBe('$4\r\nwert\r\n');
    const connection = await broker.connect();
    const popped = connection.brpop('l');
    expect(await raw.ask('LPUSH', 'l', Buffer.from([0, 255]))).toBe(':1\r\n');
    expect(Buffer.from((await popped)!.value)).toEqual(Buffer.from([0, 255]));
  });
});

describe('a blocked client', () => {
  test('times out by the clock', async () => {
    const clock = new SimulatedClock();
    const { client, server } = await start({}, clock);
    const raw = await client();
    raw.send('BRPOP', 'l', '1.5');
    raw.send('PING');
    await blocked(server, 1);
    clock.advance(1499);
    expect(server.facts().blockedClients).toBe(1);
    clock.advance(1);
    expect([await raw.next(), await raw.next()]).toEqual(['*-1\r\n', '+PONG\r\n']);
  });

  test('that is gone takes nothing', async () => {
    const { client, server, broker } = await start();
    const raw = await client();
    raw.send('BRPOP', 'l', '0');
    await blocked(server, 1);
    raw.close();
    await blocked(server, 0);
    await broker.lpush('l', 'v');
    expect(await broker.llen('l')).toBe(1);
  });

  test('is unblocked by another', async () => {
    const { client, server } = await start();
    const [raw, other] = [await client(), await client()];
    const id = (await raw.ask('CLIENT', 'ID')).slice(1, -2);
    for (const [how, reply] of [
      ['TIMEOUT', '*-1\r\n'],
      ['ERROR', '-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n'],
    ] as const) {
      raw.send('BLMOVE', 'l', 'm', 'LEFT', 'RIGHT', '0');
      await blocked(server, 1);
      expect(await other.ask('CLIENT', 'UNBLOCK', id, how)).toBe(':1\r\n');
      expect(await raw.next()).toBe(reply);
      expect(await other.ask('CLIENT', 'UNBLOCK', id, how)).toBe(':0\r\n');
    }
  });

  test('is seen as a wait without end when it waits longer than any calendar reaches', async () => {
    const waits = new WaitTable({ system: 'demo', clock: systemClock });
    const { client, server } = await start({ waits });
    (await client()).send('BRPOP', 'l', '9000000000000000');
    await blocked(server, 1);
    expect(waits.list()).toEqual([expect.objectContaining({ what: 'item of key l', until: null })]);
  });

  test('is seen as a wait', async () => {
    const clock = new SimulatedClock();
    const waits = new WaitTable({ system: 'demo', clock });
    const describeWait: RespServerOptions['describeWait'] = ({ name }, keys) =>
      keys.includes('unknown') ? undefined : { who: `worker ${name}`, what: 'work', whom: keys };
    const { client, server, broker } = await start({ waits, describeWait }, clock);
    const raw = await client();
    await raw.ask('CLIENT', 'SETNAME', 'worker-7');
    raw.send('BRPOP', 'a', 'b', '30');
    await blocked(server, 1);
    expect(waits.list()).toEqual([expect.objectContaining({ who: 'worker worker-7', what: 'work', whom: ['a', 'b'] })]);
    await broker.lpush('b', 'v');
    await raw.next();
    expect(waits.counts()).toMatchObject({ open: 0, done: 1 });
    raw.send('BRPOP', 'unknown', '30');
    await blocked(server, 1);
    expect(waits.list()).toEqual([expect.objectContaining({ who: 'worker-7', what: 'item of key unknown', whom: [] })]);
    clock.advance(30_000);
    raw.send('BRPOP', 'a', '30');
    await raw.next();
    await blocked(server, 1);
    raw.close();
    await blocked(server, 0);
    expect(waits.counts()).toMatchObject({ open: 0, done: 1, timeout: 1, cancelled: 1 });
  });
});

describe('subscribers', () => {
  test('of channels and patterns are handed messages in RESP2 and in RESP3', async () => {
    const { client } = await start();
    const [two, three, publisher] = [await client(), await client(), await client()];
    await three.ask('HELLO', '3');
    expect(await two.ask('SUBSCRIBE', 'x')).toBe('*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n');
    expect(await three.ask('PSUBSCRIBE', '[wxy]')).toBe('>3\r\n$10\r\npsubscribe\r\n$5\r\n[wxy]\r\n:1\r\n');
    expect(await publisher.ask('PUBLISH', 'x', 'hi')).toBe(':2\r\n');
    expect(await two.next()).toBe('*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$2\r\nhi\r\n');
    expect(await three.next()).toBe('>4\r\n$8\r\npmessage\r\n$5\r\n[wxy]\r\n$1\r\nx\r\n$2\r\nhi\r\n');
    expect(await two.ask('GET', 'x')).toMatch(/^-ERR Can't execute 'get'/);
    expect(await three.ask('GET', 'x')).toBe('_\r\n');
  });

  test('that are gone are subscribed no more', async () => {
    const { client, server } = await start();
    const [raw, other] = [await client(), await client()];
    await raw.ask('SUBSCRIBE', 'x');
    await raw.ask('PSUBSCRIBE', 'y*');
    raw.close();
    while (server.facts().channels > 0) await settle();
    expect(await other.ask('PUBSUB', 'NUMPAT')).toBe(':0\r\n');
    expect(await other.ask('PUBLISH', 'x', 'm')).toBe(':0\r\n');
  });

  test('that do not read are disconnected, and the others go on', async () => {
    const { client, server, broker } = await start({ limits: { backlogBytesMax: 200_000 } });
    const [slow, quick] = [await client(), await client()];
    await slow.ask('SUBSCRIBE', 'x');
    await quick.ask('SUBSCRIBE', 'x');
    slow.socket.pause();
    const message = Buffer.alloc(50_000, 'm');
    let received = 0;
    while ((await broker.publish('x', message)) === 2) {
      await quick.next();
      received++;
    }
    expect(server.facts().connectedClients).toBe(1);
    expect(received).toBeGreaterThan(3);
  });
});

describe('limits', () => {
  test('of clients: one more is told so', async () => {
    const { client, server } = await start({ limits: { clientsMax: 2 } });
    const raw = await client();
    await raw.ask('PING');
    await (await client()).ask('PING');
    expect(await (await client()).untilClosed()).toBe('-ERR max number of clients reached\r\n');
    expect(server.facts()).toMatchObject({ connectedClients: 2, connectionsReceived: 2, connectionsRejected: 1 });
    expect(await raw.ask('PING')).toBe('+PONG\r\n');
  });

  test.each([
    { replyBytesHigh: 100_000, valueBytes: 20_000, asked: 2000 },
    { replyBytesHigh: 100, valueBytes: 1000, asked: 40_000 },
  ])(
    'of replies: who does not read is not read from, and misses nothing (%j)',
    async ({ replyBytesHigh, valueBytes, asked }) => {
      const { client, broker, server } = await start({ limits: { replyBytesHigh } });
      const raw = await client();
      await broker.set('k', Buffer.alloc(valueBytes, 'v'));
      raw.socket.pause();
      raw.sendRaw(Buffer.concat(Array.from({ length: asked }, () => encodeCommand(['GET', 'k']))));
      // It stops long before everything is executed: what the system's buffers take, and a bit.
      let processed = -1;
      while (processed !== server.facts().commandsProcessed) {
        processed = server.facts().commandsProcessed;
        await broker.exists('k');
        for (let i = 0; i < 20; i++) await settle();
      }
      expect(processed).toBeLessThan(asked);
      raw.socket.removeAllListeners('data');
      let left = asked * (`$${valueBytes}\r\n\r\n`.length + valueBytes);
      await new Promise<void>((resolve) => {
        raw.socket.on('data', ({ length }) => {
          left -= length;
          if (left <= 0) resolve();
        });
        raw.socket.resume();
      });
      expect(left).toBe(0);
    },
  );

  test('of input: who sends too much ahead of a blocked command is disconnected', async () => {
    const { client, server } = await start({ limits: { inputBytesMax: 100_000 } });
    const raw = await client();
    raw.send('BRPOP', 'l', '0');
    await blocked(server, 1);
    raw.sendRaw(Buffer.concat(Array.from({ length: 20 }, () => encodeCommand(['ECHO', 'x'.repeat(10_000)]))));
    await raw.untilClosed();
    await connected(server, 0);
  });

  test('that make no sense are named', () => {
    const broker = new MemoryBroker();
    expect(() => new RespServer({ broker, listen: { port: 0 }, limits: { clientsMax: 0 } })).toThrow(
      'limits.clientsMax',
    );
  });
});

describe('a password', () => {
  test('is asked for before anything else', async () => {
    const { client } = await start({ password: 'sésame' });
    const raw = await client();
    expect(await raw.ask('GET', 'k')).toBe('-NOAUTH Authentication required.\r\n');
    expect(await raw.ask('HELLO', '3')).toMatch(/^-NOAUTH HELLO must be called/);
    expect(await raw.ask('AUTH', 'wrong')).toMatch(/^-WRONGPASS/);
    expect(await raw.ask('AUTH', 'mallory', Buffer.from('sésame'))).toMatch(/^-WRONGPASS/);
    expect(await raw.ask('AUTH', Buffer.from('sésame'))).toBe('+OK\r\n');
    expect(await raw.ask('GET', 'k')).toBe('$-1\r\n');
    expect(await raw.ask('RESET')).toBe('+RESET\r\n');
    expect(await raw.ask('GET', 'k')).toBe('-NOAUTH Authentication required.\r\n');
  });

  test('may be given with a user, and within HELLO', async () => {
    const { client } = await start({ password: 'p', user: 'alice' });
    const raw = await client();
    expect(await raw.ask('AUTH', 'default', 'p')).toMatch(/^-WRONGPASS/);
    expect(await raw.ask('AUTH', 'alice', 'p')).toBe('+OK\r\n');
    const other = await client();
    expect(await other.ask('HELLO', '3', 'AUTH', 'alice', 'p', 'SETNAME', 'me')).toMatch(/^%7\r\n/);
    expect(await other.ask('CLIENT', 'GETNAME')).toBe('$2\r\nme\r\n');
  });
});

describe('clients', () => {
  test('are listed and killed', async () => {
    const { client, server } = await start();
    const [one, two, three] = [await client(), await client(), await client()];
    await two.ask('CLIENT', 'SETNAME', 'two');
    await three.ask('SUBSCRIBE', 'x');
    const list = await one.ask('CLIENT', 'LIST');
    expect(list.split('\n').filter((line) => line.includes('addr='))).toHaveLength(3);
    expect(list).toMatch(/name=two .* flags=N /);
    expect(list).toMatch(/flags=P .* sub=1 /);
    expect(await one.ask('CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(':1\r\n');
    await three.untilClosed();
    const address = /addr=(\S+) laddr=\S+ name=two/.exec(list)![1]!;
    expect(await one.ask('CLIENT', 'KILL', address)).toBe('+OK\r\n');
    await two.untilClosed();
    expect(await one.ask('CLIENT', 'KILL', address)).toBe('-ERR No such client\r\n');
    expect(await one.ask('CLIENT', 'KILL', 'SKIPME', 'no')).toBe(':1\r\n');
    expect(await one.untilClosed()).toBe('');
    await connected(server, 0);
  });

  test('that do not read are disconnected at once', async () => {
    const { client, server, broker } = await start();
    const [raw, other] = [await client(), await client()];
    await broker.set('k', Buffer.alloc(30_000_000));
    const id = (await raw.ask('CLIENT', 'ID')).slice(1, -2);
    raw.socket.pause();
    raw.send('GET', 'k');
    while (server.facts().commandsProcessed < 2) await settle();
    expect(await other.ask('CLIENT', 'KILL', 'ID', id)).toBe(':1\r\n');
    expect(await other.ask('CLIENT', 'LIST', 'ID', id)).toBe('$0\r\n\r\n');
    expect(server.facts().connectedClients).toBe(1);
  });

  test('say which library they use, and whether they are to be answered', async () => {
    const { client } = await start();
    const raw = await client();
    expect(await raw.ask('CLIENT', 'SETINFO', 'LIB-NAME', 'some-client')).toBe('+OK\r\n');
    expect(await raw.ask('CLIENT', 'SETINFO', 'lib-ver', '1.2.3')).toBe('+OK\r\n');
    expect(await raw.ask('CLIENT', 'SETINFO', 'lib-ver', 'one two')).toBe(
      '-ERR lib-ver cannot contain spaces, newlines or special characters.\r\n',
    );
    expect(await raw.ask('CLIENT', 'SETINFO', 'age', '1')).toBe("-ERR Unrecognized option 'age'\r\n");
    expect(await raw.ask('CLIENT', 'INFO')).toMatch(/ lib-name=some-client lib-ver=1\.2\.3\n/);
    raw.send('CLIENT', 'REPLY', 'OFF');
    raw.send('SET', 'k', 'v');
    raw.send('NOPE');
    expect(await raw.ask('CLIENT', 'REPLY', 'ON')).toBe('+OK\r\n');
    raw.send('CLIENT', 'REPLY', 'SKIP');
    raw.send('DEL', 'k');
    expect(await raw.ask('EXISTS', 'k')).toBe(':0\r\n');
  });

  test('that are killed while they wait take nothing', async () => {
    const { client, server, broker } = await start();
    const [one, two] = [await client(), await client()];
    const id = (await one.ask('CLIENT', 'ID')).slice(1, -2);
    one.send('BRPOP', 'l', '0');
    await blocked(server, 1);
    two.sendRaw(Buffer.concat([encodeCommand(['CLIENT', 'KILL', 'ID', id]), encodeCommand(['LPUSH', 'l', 'v'])]));
    await one.untilClosed();
    expect(await broker.llen('l')).toBe(1);
  });
});

describe('transactions', () => {
  test('are refused clearly', async () => {
    const { client } = await start();
    const raw = await client();
    for (const command of [['MULTI'], ['EXEC'], ['DISCARD'], ['WATCH', 'k'], ['UNWATCH']])
      expect(await raw.ask(...command)).toBe(
        `-ERR ${command[0]!} is not supported: this server has no transactions\r\n`,
      );
  });
});

describe('the server', () => {
  test('says which address is taken', async () => {
    const { server } = await start();
    const other = new RespServer({ broker: new MemoryBroker(), listen: { port: server.address.port } });
    await expect(other.start()).rejects.toMatchObject({
      code: 'address_in_use',
      message: `127.0.0.1:${server.address.port} is in use by another program`,
    });
  });

  test('stops with clients connected, blocked and subscribed', async () => {
    const { client, server } = await start();
    const [idle, waiting, subscribed] = [await client(), await client(), await client()];
    await idle.ask('PING');
    waiting.send('BRPOP', 'l', '0');
    await subscribed.ask('SUBSCRIBE', 'x');
    await blocked(server, 1);
    await server.stop();
    await Promise.all([idle.untilClosed(), waiting.untilClosed(), subscribed.untilClosed()]);
  });

  test('gives the broker back whole when it was stopped', async () => {
    const { client, server, broker } = await start();
    const raw = await client();
    await raw.ask('SET', 'k', 'v');
    await raw.ask('SUBSCRIBE', 'x');
    await server.stop();
    expect(Buffer.from((await broker.get('k'))!).toString()).toBe('v');
    expect(await broker.channels()).toEqual([]);
  });

  test('carries a value of 64 MiB there and back', async () => {
    const { client } = await start();
    const raw = await client();
    const value = Buffer.alloc(64 * 1024 * 1024, 'syncytium');
    expect(await raw.ask('SET', 'k', value)).toBe('+OK\r\n');
    raw.send('GET', 'k');
    const total = `$${value.length}\r\n`.length + value.length + 2;
    let received = 0;
    raw.socket.removeAllListeners('data');
    await new Promise<void>((resolve) =>
      raw.socket.on('data', (chunk) => {
        received += chunk.length;
        if (received === total) resolve();
      }),
    );
    expect(received).toBe(total);
  });
});

/** A program of the PATH, to skip its test where there is none. */
function program(name: string, folders = (process.env['PATH'] ?? '').split(delimiter)): string | undefined {
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

const run = promisify(execFile);
const redisCli = program('redis-cli');

describe.skipIf(!redisCli)('redis-cli', () => {
  test.each([[[]], [['-3']]])('works with %j', async (options) => {
    const { server } = await start();
    const cli = async (...args: string[]): Promise<string> =>
      (await run(redisCli!, ['-p', `${server.address.port}`, ...options, ...args])).stdout;
    expect(await cli('SET', 'k', 'v')).toBe('OK\n');
    expect(await cli('GET', 'k')).toBe('v\n');
    expect(await cli('LPUSH', 'l', 'a', 'b')).toBe('2\n');
    expect(await cli('LRANGE', 'l', '0', '-1')).toBe('b\na\n');
    expect(await cli('FOO', 'x')).toMatch(/^ERR unknown command 'FOO', with args beginning with: 'x'/);
    expect(await cli('INFO')).toMatch(/redis_version:/);
    expect(await cli('COMMAND', 'DOCS', 'get')).toMatch(/Get the value of a key/);
    expect(await cli('BRPOP', 'l', '1')).toBe('l\na\n');
    expect(await cli('CLIENT', 'LIST')).toMatch(/ cmd=client\|list /);
  });

  test('sends many commands through a pipe', async () => {
    const { server, broker } = await start();
    const piped = run(redisCli!, ['-p', `${server.address.port}`, '--pipe']);
    for (let i = 0; i < 20_000; i++) piped.child.stdin?.write(encodeCommand(['RPUSH', 'l', `${i}`]));
    piped.child.stdin?.end();
    expect((await piped).stdout).toMatch(/errors: 0, replies: 20000/);
    expect(await broker.llen('l')).toBe(20_000);
  });
});

const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import redis']).status === 0,
);

/** Asserts by itself; what goes wrong is told by its exit code and on stderr. */
const pythonClient = `
import sys, threading, redis
def check(actual, expected):
    assert actual == expected, (actual, expected)
r = redis.Redis(port=int(sys.argv[1]), password='secret', client_name='python')
check(r.ping(), True)
check(r.set('k', b'\\x00\\xff\\r\\n', px=60000, nx=True), True)
check(r.get('k'), b'\\x00\\xff\\r\\n')
check(r.set('k', 'x', nx=True), None)
check(0 < r.pttl('k') <= 60000, True)
check(r.lpush('l', 'a', 'b'), 2)
check(r.lrange('l', 0, -1), [b'b', b'a'])
check(r.brpop(['none', 'l'], timeout=1), (b'l', b'a'))
check(r.blmove('l', 'm', 1, 'RIGHT', 'LEFT'), b'b')
check(r.brpop('none', timeout=0.01), None)
check(r.client_getname(), 'python')
check('redis_version' in r.info('server'), True)
p = r.pubsub()
p.subscribe('x'); p.psubscribe('[xy]')
check([p.get_message(timeout=5)['type'] for _ in range(2)], ['subscribe', 'psubscribe'])
check(r.pubsub_channels(), [b'x'])
check(r.pubsub_numsub('x'), [(b'x', 1)])
check(r.publish('x', 'hi'), 2)
check([p.get_message(timeout=5)['data'] for _ in range(2)], [b'hi', b'hi'])
with r.pipeline(transaction=False) as q:
    q.rpush('l', '1'); q.llen('l'); q.execute_command('NOPE')
    answers = q.execute(raise_on_error=False)
check(answers[:2], [1, 1])
check(str(answers[2]), "unknown command 'NOPE', with args beginning with: ")
try:
    with r.pipeline() as q:
        q.get('k'); q.execute()
    raise AssertionError('a transaction was not refused')
except redis.ResponseError as e:
    check('no transactions' in str(e), True)
try:
    redis.Redis(port=int(sys.argv[1]), password='wrong').ping()
    raise AssertionError('a wrong password was accepted')
except redis.RedisError as e:
    check('WRONGPASS' in str(e), True)
other = redis.Redis(port=int(sys.argv[1]), username='default', password='secret', client_name='other')
def wait(out):
    try: out.append(other.blpop('never', 0))
    except redis.ResponseError as e: out.append(str(e))
out = []
thread = threading.Thread(target=wait, args=(out,)); thread.start()
def blocked(): return [c['id'] for c in r.client_list() if c['name'] == 'other' and 'b' in c['flags']]
while not blocked(): pass
check(r.client_unblock(int(blocked()[0]), error=True), True)
thread.join()
check(out, ['UNBLOCKED client unblocked via CLIENT UNBLOCK'])
check(r.client_kill_filter(_id=other.client_id()), 1)
check(other.ping(), True)
print('ok')
`;

describe.skipIf(!python)('redis-py', () => {
  test('works', async () => {
    const { server } = await start({ password: 'secret' });
    const { stdout } = await run(python!, ['-c', pythonClient, `${server.address.port}`]);
    expect(stdout).toBe('ok\n');
  });
});
