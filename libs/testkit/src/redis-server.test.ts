import { createConnection } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { redisServerPath, startRedisServer, testRedis } from './redis-server.js';

const isInstalled = redisServerPath() !== undefined;

describe.skipIf(!isInstalled)('a redis-server of a test', () => {
  test('accepts connections as soon as it has started, and none after it was stopped', async () => {
    const server = await startRedisServer();
    const socket = createConnection(server.port, '127.0.0.1');
    socket.write('PING\r\n');
    const [reply] = (await once(socket, 'data')) as [Buffer];
    expect(reply.toString()).toBe('+PONG\r\n');

    await Promise.all([server.stop(), once(socket, 'close')]);
    const refused = createConnection(server.port, '127.0.0.1');
    const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  test('gets the arguments it was started with', async () => {
    const server = await startRedisServer({ args: ['--requirepass', 'secret'] });
    const socket = createConnection(server.port, '127.0.0.1');
    socket.write('GET k\r\n');
    const [reply] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    await server.stop();
    expect(reply.toString()).toContain('NOAUTH');
  });

  test('that cannot start says why', async () => {
    await expect(startRedisServer({ args: ['--no-such-option'] })).rejects.toThrow(/did not start: .*wrong number/);
  });
});

describe('the Redis to test against', () => {
  test('is the one that REDIS_URL names', async () => {
    const redis = await testRedis('demo', { REDIS_URL: 'redis://:secret@10.0.0.1:6379' });
    expect(redis).toMatchObject({ url: 'redis://:secret@10.0.0.1:6379', description: '10.0.0.1:6379' });
  });

  test('is none where there is none', async () => {
    expect(await testRedis('demo', { PATH: '/nowhere' })).toBeUndefined();
  });

  test('must be there where CI is set', async () => {
    await expect(testRedis('demo', { PATH: '/nowhere', CI: 'true' })).rejects.toThrow('CI is set');
  });
});
