import { LimitError } from '@syncytium/kit';
import { settle, SimulatedClock } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { brokerConformance } from '../broker.conformance.js';
import { MemoryBroker } from './memory-broker.js';

brokerConformance('the memory broker', () => {
  const clock = new SimulatedClock();
  const broker = new MemoryBroker({ clock });
  return Promise.resolve({
    broker,
    elapse: (ms) => clock.advanceAsync(ms),
    async waiting(count) {
      while (broker.execute(({ blocked }) => blocked.size) < count) await settle();
    },
    close: () => broker.close(),
  });
});

describe('a memory broker', () => {
  test('refuses what does not fit, and takes it again when there is room', async () => {
    const broker = new MemoryBroker({ bytesMax: 100_000 });
    await broker.lpush('l', Buffer.alloc(60_000));
    await expect(broker.lpush('l', Buffer.alloc(60_000))).rejects.toMatchObject({ code: 'broker_out_of_memory' });
    await expect(broker.set('k', Buffer.alloc(60_000))).rejects.toMatchObject({ code: 'broker_out_of_memory' });
    expect(await broker.llen('l')).toBe(1);
    await broker.lpop('l');
    expect(await broker.set('k', Buffer.alloc(60_000))).toBe(true);
    await broker.close();
  });

  test('makes room by dropping what has expired', async () => {
    const clock = new SimulatedClock();
    const broker = new MemoryBroker({ clock, bytesMax: 100_000 });
    await broker.set('old', Buffer.alloc(60_000), { ttlMs: 10 });
    clock.advance(10);
    expect(await broker.set('new', Buffer.alloc(60_000))).toBe(true);
    await broker.close();
  });

  test('gives back the memory of expired keys without being asked for them', async () => {
    const clock = new SimulatedClock();
    const broker = new MemoryBroker({ clock });
    for (let i = 0; i < 5000; i++) await broker.set(`k${i}`, 'v', { ttlMs: 1000 + i });
    const size = (): number => broker.execute(({ keyspace }) => keyspace.size);
    expect(size()).toBe(5000);
    clock.advance(10_000);
    expect(size()).toBe(0);
    expect(broker.execute(({ keyspace }) => keyspace.bytes)).toBe(0);
    expect(clock.pending).toBe(0);
    await broker.close();
  });

  test('holds no timer after it was closed', async () => {
    const clock = new SimulatedClock();
    const broker = new MemoryBroker({ clock });
    await broker.set('k', 'v', { ttlMs: 60_000 });
    const connection = await broker.connect();
    const popped = connection.brpop('l', { timeoutMs: 60_000 }).catch(() => 'ended');
    await broker.close();
    expect(await popped).toBe('ended');
    expect(clock.pending).toBe(0);
  });

  test('limits the commands behind a waiting pop', async () => {
    const broker = new MemoryBroker();
    const connection = await broker.connect();
    const popped = connection.brpop('l');
    const pushes = Array.from({ length: 10_000 }, (_, i) => connection.lpush('m', `${i}`));
    await expect(connection.lpush('m', 'one too many')).rejects.toBeInstanceOf(LimitError);
    await broker.lpush('l', 'v');
    await popped;
    await Promise.all(pushes);
    expect(await broker.llen('m')).toBe(10_000);
    await broker.close();
  });
});
