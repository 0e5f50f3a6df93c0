import { redisServerPath, startRedisServer } from '@syncytium/testkit';
import { expect, test } from 'vitest';
import { RedisControl } from './redis-control.js';

/** More than a socket takes before Node warns of a leak. */
const commands = 20;

test.skipIf(redisServerPath() === undefined)('a control leaves no listener behind, however much it asks', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  const redis = await startRedisServer();
  const control = await RedisControl.connect(redis.port);
  try {
    for (let i = 0; i < commands; i++) expect(await control.send('ECHO', `${i}`)).toBe(`${i}`);
    await redis.stop();
    await expect(control.send('PING')).rejects.toThrow('the Redis is gone');
  } finally {
    control.close();
    await redis.stop();
    process.off('warning', onWarning);
  }
  expect(warnings).toEqual([]);
});
