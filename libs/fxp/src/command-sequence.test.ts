import { once } from 'node:events';
import { redisServerPath, startRedisServer, type RedisServer } from '@syncytium/testkit';
import { RedisBroker } from '@syncytium/transport/redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type Socket } from 'node:net';
import { Provider } from './provider.js';
import { Requestor } from './requestor.js';

const isInstalled = redisServerPath() !== undefined;
if (!isInstalled) console.log('the commands a Redis sees: no redis-server on the PATH: skipped');

/** Everything a Redis is told, in its order: `SUBSCRIBE x`. */
class Monitor {
  readonly #socket: Socket;
  #text = '';
  #onData = (): void => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#text += chunk.toString();
      this.#onData();
    });
  }

  static async start(port: number): Promise<Monitor> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const monitor = new Monitor(socket);
    socket.write('MONITOR\r\n');
    while (!monitor.#text.startsWith('+OK')) await monitor.#arrival();
    return monitor;
  }

  /** Commands up to the last of so many of one name; those of making a connection left out. */
  async commands(name: string, count: number): Promise<string[]> {
    for (;;) {
      const commands = this.#commands();
      if (commands.filter((command) => command.startsWith(`${name} `)).length >= count) return commands;
      await this.#arrival();
    }
  }

  stop(): void {
    this.#socket.destroy();
  }

  #commands(): string[] {
    const handshake = /^(HELLO|CLIENT|INFO|SELECT|AUTH)\b/i;
    return [...this.#text.matchAll(/^\+\d+\.\d+ \[\d+ [^\]]+\] (.*)\r$/gm)]
      .map(([, words = '']) => [...words.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word))
      .map(([name = '', ...args]) => [name.toUpperCase(), ...args.map((arg) => arg.replaceAll('\\"', '"'))].join(' '))
      .filter((command) => !handshake.test(command));
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => (this.#onData = resolve));
  }
}

describe.skipIf(!isInstalled)('what a Redis sees', () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await startRedisServer();
  });

  afterAll(() => redis.stop());

  test("is the original's sequence of commands, and nothing else", async () => {
    const monitor = await Monitor.start(redis.port);
    const provider = await Provider.connect(redis.url, { extensions: false });
    await provider.register('X', async (session) => {
      for (let n = 0; n < 2; n++) await session.push(await session.pop());
    });
    const requestor = await Requestor.connect(redis.url, { extensions: false });
    expect(await requestor.isAvailable('X')).toBe(true);
    const session = await requestor.open('X', { id: 'ID', timeout: '10s' });
    await session.push({ n: 1 });
    expect(await session.pop()).toEqual({ n: 1 });
    expect(await session.call({ n: 2 }, { timeout: '2.5s' })).toEqual({ n: 2 });
    await session.close();

    await monitor.commands('LPUSH', 4);
    const commands = await monitor.commands('BRPOP', 4);
    expect(commands.slice(0, 5)).toEqual([
      'SUBSCRIBE X',
      'PUBSUB CHANNELS X',
      'DEL ID__X__pro2req',
      'DEL ID__X__req2pro',
      'PUBLISH X ID',
    ]);
    // The two parties act at the same time, so each one's order is looked at alone.
    const writtenBy = (line: string): string[] => commands.slice(5).filter((command) => command.includes(line));
    expect(writtenBy('req2pro').filter((command) => command.startsWith('LPUSH'))).toEqual([
      'LPUSH ID__X__req2pro {"n":1}',
      'LPUSH ID__X__req2pro {"n":2}',
    ]);
    expect(writtenBy('req2pro').filter((command) => command.startsWith('BRPOP'))).toEqual([
      'BRPOP ID__X__req2pro 10',
      'BRPOP ID__X__req2pro 10',
    ]);
    expect(writtenBy('pro2req').filter((command) => command.startsWith('LPUSH'))).toEqual([
      'LPUSH ID__X__pro2req {"n":1}',
      'LPUSH ID__X__pro2req {"n":2}',
    ]);
    expect(writtenBy('pro2req').filter((command) => command.startsWith('BRPOP'))).toEqual([
      'BRPOP ID__X__pro2req 10',
      'BRPOP ID__X__pro2req 2.5',
    ]);
    expect(commands).toHaveLength(5 + 8);
    await requestor.close();
    await provider.close();
    monitor.stop();
  });

  test('is that blocking commands have connections of their own', async () => {
    const provider = await Provider.connect(redis.url);
    await provider.register('Y', async (session) => {
      await session.pop({ timeout: 0 }).catch(() => undefined);
    });
    const requestor = await Requestor.connect(redis.url);
    const sessions = await Promise.all([1, 2].map((n) => requestor.open('Y', { id: `s${n}` })));
    const waiting = sessions.map((session) => session.pop({ timeout: 0 }).catch(() => undefined));
    const control = await RedisBroker.connect(redis.url);
    while (requestor.waits.openCount < 2 || provider.waits.openCount < 2) await control.exists('none');
    expect(await requestor.isAvailable('Y')).toBe(true);
    await requestor.close();
    await provider.close();
    await Promise.all(waiting);
    await control.close();
  });
});
