import { InvalidArgumentError, LimitError, systemClock, WaitTable } from '@syncytium/kit';
import type { BrokerConnection } from '@syncytium/transport';
import { MemoryBroker } from '@syncytium/transport/memory';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEnvelope, sealEnvelope } from '../wire/envelope.js';
import { keyOf } from '../wire/protocol.js';
import { createSession } from './create-session.js';
import type { Session } from './session.js';
import type { SessionTerms } from './session-terms.js';

const name = { service: 'X', id: 's' };
const outbox = keyOf(name, 'requestor');
const inbox = keyOf(name, 'provider');
const terms: SessionTerms = {
  mode: 'extended',
  opening: '0123456789ab',
  claim: 'ba9876543210',
  leaseMs: 10_000,
  expiryMs: 10_000,
  describePeer: () => Promise.resolve({ party: 'provider "toksys-7"', isThere: true }),
  reaffirm: () => Promise.resolve(),
  leave: () => Promise.resolve(),
};

describe('the requestor of an extended session', () => {
  let broker: MemoryBroker;
  let waits: WaitTable;
  let session: Session<'raw'>;
  /** While it is there, the broker does not answer a push. */
  let jam: Promise<void> | undefined;

  beforeEach(async () => {
    broker = new MemoryBroker();
    waits = new WaitTable({ system: 'test', clock: systemClock, max: 1 });
    const connection = jammed(await broker.connect());
    session = createSession({
      name,
      role: 'requestor',
      codec: 'raw',
      broker,
      connection,
      waits,
      clock: systemClock,
      timeoutMs: 0,
      terms,
      onClose: () => undefined,
    }).session;
  });

  afterEach(async () => {
    jam = undefined;
    await session.close();
    await broker.close();
  });

  const jammed = (connection: BrokerConnection): BrokerConnection => {
    const lpush = connection.lpush.bind(connection);
    connection.lpush = async (key, ...values) => {
      await jam;
      return lpush(key, ...values);
    };
    return connection;
  };
  const seqs = async (): Promise<number[]> =>
    (await broker.lrange(outbox, 0, -1)).map((bytes) => openEnvelope(bytes, outbox).seq).reverse();

  test('gives no number to an item that it has no room for', async () => {
    let clear = (): void => undefined;
    jam = new Promise((resolve) => (clear = resolve));
    // One is on its way, and as many wait as can.
    const pushes = Array.from({ length: 10_001 }, () => session.push(Buffer.of(1)));
    await expect(session.push(Buffer.of(2))).rejects.toThrow(LimitError);
    await expect(session.call(Buffer.of(2))).rejects.toThrow('10000');
    clear();
    await Promise.all(pushes);
    await session.push(Buffer.of(3));
    expect(await seqs()).toEqual(Array.from({ length: 10_002 }, (_, i) => i + 1));
  });

  test('can say that it ends when it has no room for items', async () => {
    let clear = (): void => undefined;
    jam = new Promise((resolve) => (clear = resolve));
    const pushes = Array.from({ length: 10_001 }, () => session.push(Buffer.of(1)));
    const ending = session.end();
    clear();
    await Promise.all([...pushes, ending]);
    expect((await seqs()).at(-1)).toBe(10_002);
  });

  test('says no input whose answer it could not wait for', async () => {
    await expect(session.call(Buffer.of(1), { timeout: 'soon' as '1s' })).rejects.toThrow(InvalidArgumentError);
    const stop = new AbortController();
    const popping = session.pop({ signal: stop.signal });
    await expect(session.call(Buffer.of(1))).rejects.toThrow(LimitError);
    stop.abort();
    await expect(popping).rejects.toThrow('aborted');
    expect(session.counts.pushed).toBe(0);
    expect(await seqs()).toEqual([]);
    // The first answer is for the first call that was said.
    const calling = session.call(Buffer.of(7));
    await broker.lpush(inbox, sealEnvelope({ kind: 'item', seq: 1 }, Buffer.of(70)));
    expect([...(await calling)]).toEqual([70]);
    expect(await seqs()).toEqual([1]);
  });
});
