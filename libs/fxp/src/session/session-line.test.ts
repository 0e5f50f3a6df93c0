import { systemClock, WaitTable } from '@syncytium/kit';
import { BrokerError } from '@syncytium/transport';
import { MemoryBroker } from '@syncytium/transport/memory';
import { describe, expect, test } from 'vitest';
import { createSession } from './create-session.js';
import { FxpSessionEndedError } from '../errors.js';
import { keyOf } from '../wire/protocol.js';
import type { Session } from './session.js';

const name = { service: 'X', id: 's' };
const outbox = keyOf(name, 'provider');

/** The provider's end of a plain session over a broker of its own. */
async function plainProvider(): Promise<{ session: Session<'raw'>; broker: MemoryBroker }> {
  const broker = new MemoryBroker();
  const { session } = createSession({
    name,
    role: 'provider',
    codec: 'raw',
    broker,
    connection: await broker.connect(),
    waits: new WaitTable({ system: 'test', clock: systemClock }),
    clock: systemClock,
    timeoutMs: 0,
    onClose: () => undefined,
  });
  return { session, broker };
}

describe('a provider of a plain session', () => {
  test('says its outputs in their order, awaited or not', async () => {
    const { session, broker } = await plainProvider();
    const outputs = Array.from({ length: 10 }, (_, n) => Buffer.of(n));
    await session.push(Buffer.alloc(100_000));
    await Promise.all(outputs.map((output) => session.push(output)));
    await session.end();
    await session.close();
    expect((await broker.lrange(outbox, 0, -2)).map(([n]) => n)).toEqual(outputs.map(([n]) => n).reverse());
    expect(session.counts.pushed).toBe(11);
    await broker.close();
  });

  test('is told at its end of an output that the broker refused', async () => {
    const { session, broker } = await plainProvider();
    await broker.set(outbox, 'no list');
    await session.push(Buffer.of(1));
    await expect(session.end()).rejects.toThrow(BrokerError);
    await broker.close();
  });

  test('pops nothing more when the broker has refused an output', async () => {
    const { session, broker } = await plainProvider();
    await broker.set(outbox, 'no list');
    await session.push(Buffer.of(1));
    await expect(session.pop()).rejects.toThrow(FxpSessionEndedError);
    expect(session.phase).toBe('lost');
    await expect(session.push(Buffer.of(2))).rejects.toThrow(FxpSessionEndedError);
    await expect(session.end()).rejects.toThrow(BrokerError);
    await broker.close();
  });

  test('is told at once when the broker refuses an output too large to go ahead', async () => {
    const { session, broker } = await plainProvider();
    await broker.set(outbox, 'no list');
    await expect(session.push(Buffer.alloc(100_000))).rejects.toThrow(BrokerError);
    expect(session.isEnded).toBe(false);
    await session.close();
    await broker.close();
  });
});
