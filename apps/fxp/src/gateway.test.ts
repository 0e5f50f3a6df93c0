import { seededPrng, silentLog } from '@syncytium/kit';
import { Provider, Requestor, type ServiceFunction } from '@syncytium/fxp';
import { settle, SimulatedClock } from '@syncytium/testkit';
import { MemoryBroker } from '@syncytium/transport/memory';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Gateway } from './gateway.js';

const echo: ServiceFunction = async (session) => {
  for await (const input of session) await session.push(input);
};

describe('a gateway', () => {
  let clock: SimulatedClock;
  let broker: MemoryBroker;
  let provider: Provider;
  let requestor: Requestor;
  let gateway: Gateway;
  const signal = new AbortController().signal;

  beforeEach(async () => {
    clock = new SimulatedClock();
    broker = new MemoryBroker({ clock });
    provider = await Provider.connect(broker, { clock });
    requestor = await Requestor.connect(broker, { clock });
    await provider.register('echo', echo, { timeout: 0 });
    gateway = new Gateway({ requestor, clock, prng: seededPrng(1), log: silentLog, sessionsMax: 2, idleMs: 60_000 });
  });

  afterEach(async () => {
    await gateway.closeAll();
    await requestor.close();
    await provider.close();
    await broker.close();
  });

  test('holds sessions by their ids', async () => {
    const { id } = await gateway.open({ service: 'echo' });
    expect(id).toMatch(/^[0-9a-f]{24}$/);
    await gateway.open({ service: 'echo', id: 's' });
    expect(await gateway.call('s', { n: 1 }, { signal })).toEqual({ n: 1 });
    expect(await gateway.call(id, { n: 2 }, { signal })).toEqual({ n: 2 });
    clock.advance(5000);
    const facts = { service: 'echo', mode: 'extended', codec: 'json', client: null };
    expect(gateway.sessions()).toEqual([
      { id, ...facts, ageMs: 5000, idleMs: 5000, pushed: 1, popped: 1 },
      { id: 's', ...facts, ageMs: 5000, idleMs: 5000, pushed: 1, popped: 1 },
    ]);
    await gateway.close('s');
    await expect(gateway.call('s', {}, { signal })).rejects.toMatchObject({ code: 'fxp_no_session' });
    await expect(gateway.close('s')).rejects.toMatchObject({ code: 'fxp_no_session' });
  });

  test('opens no second session of an id, also while the first is being opened', async () => {
    const [first, second] = await Promise.allSettled([
      gateway.open({ service: 'echo', id: 's' }),
      gateway.open({ service: 'echo', id: 's' }),
    ]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'fxp_session_exists' } });
  });

  test('opens so many sessions and no more, and failed ones do not count', async () => {
    await expect(gateway.open({ service: 'none' })).rejects.toMatchObject({ code: 'fxp_no_provider' });
    await gateway.open({ service: 'echo' });
    await gateway.open({ service: 'echo', id: 's' });
    await expect(gateway.open({ service: 'echo' })).rejects.toMatchObject({ code: 'limit_reached' });
    await gateway.close('s');
    await gateway.open({ service: 'echo' });
  });

  test('closes a session that nobody calls, but none whose call takes long', async () => {
    await provider.register('slow', async (session) => {
      await session.pop({ timeout: 0 });
      await session.pop({ timeout: 0 });
    });
    await gateway.open({ service: 'slow', id: 's', timeout: 0 });
    await clock.advanceAsync(59_000);
    const call = gateway.call('s', { n: 1 }, { timeout: 200_000, signal }).catch((error: unknown) => error);
    await settle();
    await clock.advanceAsync(199_000);
    expect(gateway.sessionCount).toBe(1);
    await clock.advanceAsync(1000);
    expect(await call).toMatchObject({ code: 'timeout' });
    await clock.advanceAsync(59_999);
    expect(gateway.sessionCount).toBe(1);
    await clock.advanceAsync(1);
    expect(gateway.sessionCount).toBe(0);
  });

  test('ends calls when it closes, and takes none after', async () => {
    await provider.register('silent', async (session) => {
      await session.pop({ timeout: 0 });
      await session.pop({ timeout: 0 });
    });
    await gateway.open({ service: 'silent', id: 's' });
    const call = expect(gateway.call('s', {}, { signal })).rejects.toMatchObject({ code: 'closed' });
    await settle();
    await gateway.closeAll();
    await call;
    await expect(gateway.open({ service: 'echo' })).rejects.toMatchObject({ code: 'closed' });
    await expect(gateway.call('s', {}, { signal })).rejects.toMatchObject({ code: 'closed' });
  });
});
