import { redisServerPath } from '@syncytium/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemoryBroker } from '../memory/memory-broker.js';
import { RawClient } from '../testing/raw-client.js';
import { startTwinServers, type Twin, type TwinServers } from '../testing/twin-servers.js';
import { RespServer } from './resp-server.js';

/** What a monitor of a server sees of commands, without times and addresses. */
async function monitored(port: number, commands: readonly (readonly (string | Buffer)[])[]): Promise<string[]> {
  const monitor = await RawClient.connect(port);
  const client = await RawClient.connect(port);
  expect(await monitor.ask('MONITOR')).toBe('+OK\r\n');
  for (const words of commands) await client.ask(...words).catch(() => undefined);
  await client.ask('PING', 'the last');
  const lines: string[] = [];
  while (!lines.at(-1)?.includes('the last')) lines.push((await monitor.next()).trimEnd());
  client.close();
  monitor.close();
  return lines.map((line) => {
    expect(line).toMatch(/^\+\d{10}\.\d{6} \[0 127\.0\.0\.1:\d+\] "/);
    return line.slice(line.indexOf('] ') + 2);
  });
}

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, i) => i));

describe.skipIf(redisServerPath() === undefined)('MONITOR', () => {
  let twins: TwinServers;
  beforeAll(async () => {
    twins = await startTwinServers();
  });
  afterAll(() => twins.stop());

  test('shows what a real redis-server shows', async () => {
    const commands = [
      ['LPUSH', 'k', everyByte, 'two words', '"', ''],
      ['lpush', 'k', 'as it was written'],
      ['BRPOP', 'k', '0.01'],
      ['LPUSH', 'k'],
      ['NONSENSE', 'k'],
      ['DEL', 'k'],
    ];
    const both = ({ port }: Twin): Promise<string[]> => monitored(port, commands);
    const [own, real] = [await both(twins.own), await both(twins.real)];
    expect(own).toEqual(real);
    expect(own.length).toBeGreaterThan(4);
  });
});

test('MONITOR shows what is written inside the process, until its client resets', async () => {
  const broker = new MemoryBroker();
  const server = new RespServer({ broker, listen: { port: 0 } });
  await server.start();
  const monitor = await RawClient.connect(server.address.port);
  await monitor.ask('MONITOR');
  await broker.lpush('k', 'v');
  expect(await monitor.next()).toMatch(/^\+\d+\.\d+ \[0 memory\] "lpush" "k" "v"\r\n$/);
  expect(await monitor.ask('RESET')).toBe('+RESET\r\n');
  await broker.del('k');
  expect(await monitor.ask('PING')).toBe('+PONG\r\n');
  monitor.close();
  await server.stop();
  await broker.close();
});
