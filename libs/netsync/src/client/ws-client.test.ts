import { seededPrng } from '@syncytium/kit';
import { settle, SimulatedClock } from '@syncytium/testkit';
import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.js';
import { ClientWaits } from './client-waits.js';
import { FakeServer } from './testing/fake-server.js';
import { WsClient } from './ws-client.js';

async function setUp({ outstandingMax = 10, attemptsMax = 3 } = {}) {
  const clock = new SimulatedClock();
  const prng = seededPrng(1);
  const server = new FakeServer();
  const client = new WsClient({
    url: 'ws://server/ws',
    connect: server.connect,
    waits: new ClientWaits({ clock, prng, outstandingMax, graceMs: 1000, server: 'ws://server/ws' }),
    backoff: new Backoff({ firstDelayMs: 100, delayMaxMs: 1000, attemptsMax }, prng),
    clock,
    readStats: () => Promise.resolve({}),
  });
  await client.open();
  return { clock, server, client };
}

const answer = (id: unknown, payloads: Record<string, string>) => ({
  id,
  payloads,
  match: 'm1',
  request: 'r1',
  waitedMs: 5,
});

describe('a client over WebSocket', () => {
  it('sends what it is asked and tells the answer', async () => {
    const { server, client } = await setUp();
    const sent = client.send({ event: 'e', actor: 'a', payload: 'p', labels: { k: 'v' }, timeout: '2s' });
    expect(client.waits.list()).toMatchObject([{ who: 'a', what: 'mates for event e', whom: ['ws://server/ws'] }]);
    const [message] = await server.connection.heard();
    expect(message).toEqual({
      id: 1,
      event: 'e',
      actor: 'a',
      payload: 'p',
      labels: { k: 'v' },
      timeout: 2000,
      idempotency: expect.stringMatching(/^.{16}-0$/) as string,
    });
    server.connection.say(answer(1, { a: 'p' }));
    expect(await sent).toEqual({ payloads: { a: 'p' }, matchId: 'm1', requestId: 'r1', waitedMs: 5 });
    expect(client.waits.counts()).toMatchObject({ open: 0, done: 1 });
  });

  it('sends what is asked in one turn in one message, and reads answers so', async () => {
    const { server, client } = await setUp();
    const sent = ['a', 'b', 'c'].map((actor) => client.send({ event: 'e', actor }));
    const messages = await server.connection.heard();
    expect(server.connection.messageCount).toBe(1);
    server.connection.say(messages.map(({ id, actor }) => answer(id, { [actor]: '' })));
    expect((await Promise.all(sent)).map(({ payloads }) => payloads)).toEqual([{ a: '' }, { b: '' }, { c: '' }]);
  });

  it('tells errors as the library has them', async () => {
    const { server, client } = await setUp();
    const sent = client.send({ event: 'e', actor: 'a' });
    server.connection.say({ id: 1, error: { code: 'bad_selector', message: 'selector is bad', param: 'selector' } });
    await expect(sent).rejects.toMatchObject({ name: 'ParamError', code: 'bad_selector', message: 'selector is bad' });
  });

  it('asks everything again on the next connection, with the same idempotency ids and the time that is left', async () => {
    const { clock, server, client } = await setUp();
    const one = client.send({ event: 'e', actor: 'a', timeout: '10s' });
    const other = client.send({ event: 'f', actor: 'a', idempotency: 'mine' });
    const before = await server.connection.heard();
    server.connection.lose();
    await clock.advanceAsync(100);
    expect(server.connections).toHaveLength(2);
    const after = await server.connection.heard();
    expect(after).toEqual([{ ...before[0], timeout: expect.any(Number) as number }, before[1]]);
    expect(after[0]?.timeout).toBeLessThan(10_000);
    expect(after[0]?.timeout).toBeGreaterThanOrEqual(9900);
    expect(after[1]?.idempotency).toBe('mine');
    for (const { id } of after) server.connection.say(answer(id, {}));
    await Promise.all([one, other]);
  });

  it('asks the next server when this one closes', async () => {
    const { clock, server, client } = await setUp();
    const sent = client.send({ event: 'e', actor: 'a' });
    server.connection.say({ id: 1, error: { code: 'closed', message: 'netsync is closed' } });
    await clock.advanceAsync(100);
    server.connection.say(answer(1, { a: '' }));
    expect((await sent).payloads).toEqual({ a: '' });
  });

  it('sends what is asked while it connects when it has connected', async () => {
    const { clock, server, client } = await setUp();
    void client.send({ event: 'e', actor: 'a' });
    server.connection.lose();
    void client.send({ event: 'f', actor: 'a' });
    await clock.advanceAsync(100);
    expect((await server.connection.heard()).map(({ event }) => event)).toEqual(['e', 'f']);
  });

  it('connects again only when somebody waits', async () => {
    const { clock, server, client } = await setUp();
    server.connection.lose();
    await clock.advanceAsync(10_000);
    expect(server.attempts).toBe(1);
    void client.send({ event: 'e', actor: 'a' });
    await settle();
    expect(server.connections).toHaveLength(2);
    expect(await server.connection.heard()).toHaveLength(1);
  });

  it('gives up after so many failures in a row, and starts anew with the next request', async () => {
    const { clock, server, client } = await setUp({ attemptsMax: 3 });
    const sent = client.send({ event: 'e', actor: 'a' });
    const ended = expect(sent).rejects.toMatchObject({
      code: 'server_unreachable',
      details: { url: 'ws://server/ws' },
    });
    server.isUp = false;
    server.connection.lose();
    await clock.advanceAsync(60_000);
    await ended;
    // The loss counts as the first failure.
    expect(server.attempts).toBe(1 + 2);
    expect(clock.pending).toBe(0);
    server.isUp = true;
    void client.send({ event: 'e', actor: 'a' });
    await settle();
    expect(await server.connection.heard()).toHaveLength(1);
  });

  it('does not ask for ever a server that closes on every message', async () => {
    const { clock, server, client } = await setUp({ attemptsMax: 3 });
    const sent = client.send({ event: 'e', actor: 'a', payload: 'too long' });
    const ended = expect(sent).rejects.toMatchObject({ message: expect.stringContaining('1009') as string });
    for (let i = 0; i < 3; i++) {
      server.connection.lose(1009);
      await clock.advanceAsync(1000);
    }
    await ended;
    expect(server.connections).toHaveLength(3);
  });

  it('gives up a request whose signal fires, and tells the server', async () => {
    const { server, client } = await setUp();
    const gone = new AbortController();
    const sent = client.send({ event: 'e', actor: 'a', signal: gone.signal });
    gone.abort();
    await expect(sent).rejects.toMatchObject({ code: 'aborted' });
    expect(await server.connection.heard()).toMatchObject([{ id: 1 }, { cancel: 1 }]);
    server.connection.say({ id: 1, cancelled: true });
    expect(client.waits.counts()).toMatchObject({ open: 0, cancelled: 1 });
    await expect(client.send({ event: 'e', actor: 'a', signal: gone.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(await server.connection.heard()).toEqual([]);
  });

  it('times out by itself when the server keeps silent', async () => {
    const { clock, server, client } = await setUp();
    const sent = client.send({ event: 'e', actor: 'a', timeout: '5s' });
    const ended = expect(sent).rejects.toMatchObject({
      code: 'timeout',
      details: { who: 'a', missing: 'ws://server/ws' },
    });
    await clock.advanceAsync(5999);
    expect(client.waits.openCount).toBe(1);
    await clock.advanceAsync(1);
    await ended;
    expect(await server.connection.heard()).toMatchObject([{ id: 1 }, { cancel: 1 }]);
  });

  it('has at most so many requests under way', async () => {
    const { client } = await setUp({ outstandingMax: 1 });
    void client.send({ event: 'e', actor: 'a' });
    await expect(client.send({ event: 'f', actor: 'a' })).rejects.toMatchObject({ code: 'limit_reached' });
  });

  it('ends everything when it is closed', async () => {
    const { clock, server, client } = await setUp();
    const sent = client.send({ event: 'e', actor: 'a', timeout: '5s' });
    client.close();
    client.close();
    await expect(sent).rejects.toMatchObject({ code: 'closed' });
    await expect(client.send({ event: 'e', actor: 'a' })).rejects.toMatchObject({ code: 'closed' });
    expect(client.waits.openCount).toBe(0);
    expect(clock.pending).toBe(0);
    expect(server.attempts).toBe(1);
  });

  it('does not connect again when it is closed meanwhile', async () => {
    const { clock, server, client } = await setUp();
    const sent = client.send({ event: 'e', actor: 'a' });
    server.connection.lose();
    client.close();
    await expect(sent).rejects.toMatchObject({ code: 'closed' });
    await clock.advanceAsync(10_000);
    expect(server.attempts).toBe(1);
  });

  it('fails what is under way when the server cannot make sense of it', async () => {
    const { server, client } = await setUp();
    const sent = client.send({ event: 'e', actor: 'a' });
    server.connection.say({ error: { code: 'bad_message', message: 'what?' } });
    await expect(sent).rejects.toMatchObject({ name: 'ServerError', code: 'bad_message', message: 'what?' });
  });
});
