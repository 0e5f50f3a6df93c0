import { SimulatedClock } from '@syncytium/testkit';
import { MemoryBroker } from '@syncytium/transport/memory';
import { beforeEach, expect, test, vi } from 'vitest';
import { KeyExpiry } from './key-expiry.js';

const expiryMs = 600_000;
const key = 'list';

let clock: SimulatedClock;
let broker: MemoryBroker;
let expiry: KeyExpiry;

beforeEach(() => {
  clock = new SimulatedClock();
  broker = new MemoryBroker({ clock });
  expiry = new KeyExpiry({ broker, clock, key, expiryMs });
});

/** Pushes an item as a session does. */
const push = async (isMaybeLast = false): Promise<void> => {
  const pushed = broker.lpush(key, 'item');
  expiry.renew(broker, isMaybeLast);
  await pushed;
};

test('the first item has its expiry at once', async () => {
  await push();
  expect(await broker.ttl(key)).toBe(expiryMs);
});

test('an item in a list that was emptied has its expiry within a second', async () => {
  await push();
  await broker.rpop(key);
  await push();
  expect(await broker.ttl(key)).toBeUndefined();
  await clock.advanceAsync(1000);
  expect(await broker.ttl(key)).toBe(expiryMs);
});

test('what may be the last item has its expiry at once, too', async () => {
  await push();
  await broker.rpop(key);
  await push(true);
  expect(await broker.ttl(key)).toBe(expiryMs);
});

test('many items a second cost few commands', async () => {
  const expire = vi.spyOn(broker, 'expire');
  for (let i = 0; i < 10_000; i++) {
    await push();
    await broker.rpop(key);
    await clock.advanceAsync(1);
  }
  // In ten seconds, one behind an item and one that follows in each.
  expect(expire.mock.calls.length).toBeLessThanOrEqual(20);
});

test('a list whose party leaves has its expiry then', async () => {
  await push();
  await broker.rpop(key);
  await push();
  expiry.close();
  expect(await broker.ttl(key)).toBe(expiryMs);
});

test('a short expiry does not pass between two renewals', async () => {
  expiry = new KeyExpiry({ broker, clock, key, expiryMs: 100 });
  for (let i = 0; i < 50; i++) {
    await push();
    await clock.advanceAsync(20);
  }
  expect(await broker.llen(key)).toBe(50);
});
