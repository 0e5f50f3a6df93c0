import { silentLog, systemClock } from '@syncytium/kit';
import { MemoryBroker } from '@syncytium/transport/memory';
import { describe, expect, test } from 'vitest';
import { connectBroker } from './connect-broker.js';

const options = { log: silentLog, clock: systemClock };

describe('a connect string', () => {
  test('memory: is one broker for everybody in the process, until the last gives it back', async () => {
    const [one, two, other] = await Promise.all(
      ['memory:', 'memory:', 'memory:other'].map((target) => connectBroker(target, options)),
    );
    await one!.broker.set('k', 'v');
    expect(await two!.broker.exists('k')).toBe(true);
    expect(await other!.broker.exists('k')).toBe(false);
    await one!.release();
    await one!.release();
    expect(await two!.broker.exists('k')).toBe(true);
    await two!.release();
    await expect(two!.broker.exists('k')).rejects.toMatchObject({ code: 'closed' });
    const again = await connectBroker('memory:', options);
    expect(await again.broker.exists('k')).toBe(false);
    await again.release();
    await other!.release();
  });

  test('that names nothing we know is refused', async () => {
    await expect(connectBroker('http://x', options)).rejects.toMatchObject({ details: { field: 'target' } });
    await expect(connectBroker('', options)).rejects.toMatchObject({ details: { field: 'target' } });
  });

  test('of a Redis that is not there says so', async () => {
    await expect(connectBroker('redis://127.0.0.1:1', options)).rejects.toMatchObject({ code: 'broker_unreachable' });
  });

  test("may be a broker, which stays the caller's", async () => {
    const broker = new MemoryBroker();
    const lease = await connectBroker(broker, options);
    expect(lease.broker).toBe(broker);
    await lease.release();
    expect(await broker.set('k', 'v')).toBe(true);
    await broker.close();
  });
});
