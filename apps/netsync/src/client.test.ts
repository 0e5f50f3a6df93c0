import { connectNetsync, type NetsyncClient } from '@syncytium/netsync/client';
import { afterEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '@syncytium/testkit';
import { startServerAt, startServerWith, type TestServer } from './testing/start-server.js';

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(address = ':0'): Promise<TestServer> {
  const server = await startServerAt(address);
  ends.push(() => server.stop());
  return server;
}

async function connect({ url }: TestServer, kind: string): Promise<NetsyncClient> {
  const client = await connectNetsync(kind === 'ws' ? `${url.replace('http', 'ws')}/ws` : url);
  ends.push(() => client.close());
  return client;
}

describe.each(['http', 'ws'])('the client over %s', (kind) => {
  it('syncs, and tells what the server says', async () => {
    const server = await start();
    const client = await connect(server, kind);
    const [one, other] = await Promise.all([
      client.send({ event: 'e', actor: 'a', payload: '1', labels: { k: 'v' }, selector: 'l=w', mates: 1 }),
      client.send({ event: 'e', actor: 'b', payload: '2', labels: 'l=w', selector: 'k=v', timeout: '20s' }),
    ]);
    expect(one.payloads).toEqual({ a: '1', b: '2' });
    expect(one.matchId).toMatch(/./);
    expect(one.matchId).toBe(other.matchId);
    expect(one.requestId).not.toBe(other.requestId);
  });

  it('tells the errors of the server as the library does', async () => {
    const client = await connect(await start(), kind);
    await expect(client.send({ event: 'e', actor: 'a', selector: 'a===b' })).rejects.toMatchObject({
      name: 'ParamError',
      code: 'bad_selector',
      details: { param: 'selector' },
    });
    await expect(client.send({ event: 'e', actor: 'a', timeout: 10 })).rejects.toMatchObject({
      name: 'SyncTimeoutError',
      details: { missing: 1, present: [] },
    });
  });

  it('leaves the server when it is closed or gives up', async () => {
    const server = await start();
    const client = await connect(server, kind);
    const gone = new AbortController();
    const sent = [
      client.send({ event: 'e', actor: 'a', signal: gone.signal }),
      client.send({ event: 'f', actor: 'a' }),
    ].map((answer) => answer.catch((error: unknown) => (error as { code: string }).code));
    await server.pending(2);
    gone.abort();
    await server.pending(1);
    client.close();
    await server.pending(0);
    expect(await Promise.all(sent)).toEqual(['aborted', 'closed']);
  });

  it('tells who waits', async () => {
    const server = await start();
    const client = await connect(server, kind);
    void client.send({ event: 'e', actor: 'a' }).catch(() => undefined);
    await server.pending(1);
    expect(Object.values((await client.stats()).e?.a ?? {})).toMatchObject([{ params: { mates: 1 } }]);
  });

  it('asks the server again that was restarted under it', async () => {
    const first = await start();
    const client = await connect(first, kind);
    const waiting = client.send({ event: 'e', actor: 'a', payload: '1' });
    await first.pending(1);
    await first.stop();
    await start(new URL(first.url).host);
    const mate = await client.send({ event: 'e', actor: 'b', payload: '2' });
    expect((await waiting).payloads).toEqual({ a: '1', b: '2' });
    expect((await waiting).matchId).toBe(mate.matchId);
  });
});

describe('the client over http, in a long wait,', () => {
  async function startWaiting(timeout: string) {
    const clock = new SimulatedClock();
    const server = await startServerWith({ clock }, ':0');
    ends.push(() => server.stop());
    const client = await connectNetsync(server.url, { keepaliveMs: 15_000 });
    ends.push(() => client.close());
    const waiting = client.send({ event: 'e', actor: 'a', timeout });
    await server.pending(1);
    // Twice the server shows that the wait goes on.
    clock.advance(15_000);
    clock.advance(15_000);
    return { clock, server, waiting };
  }

  it('is told everything about the sync', async () => {
    const { server, waiting } = await startWaiting('1m');
    const mate = await server.ask('/event?event=e&actor=b');
    expect(await waiting).toEqual({
      payloads: { a: '', b: '' },
      matchId: mate.headers.get('netsync-match-id'),
      requestId: expect.stringMatching(/./) as string,
      waitedMs: 30_000,
    });
  });

  it('is told what was missing', async () => {
    const { clock, waiting } = await startWaiting('1m');
    clock.advance(30_000);
    // The server is told how much is left of the minute, of which some may have passed on the way to it.
    const waitedMs = expect.toSatisfy((ms: number) => ms > 30_000 && ms <= 60_000) as number;
    await expect(waiting).rejects.toMatchObject({ name: 'SyncTimeoutError', details: { waitedMs } });
  });
});

it('a connection over WebSocket to nobody is refused', async () => {
  const server = await start();
  await server.stop();
  await expect(connect(server, 'ws')).rejects.toMatchObject({ code: 'ws_refused' });
});

it.each(['tcp://x:1', 'localhost:8000', '', 'http://x:1/?a=b', 'http://x:1/#a'])(
  '%j is no URL of a server',
  async (url) => {
    await expect(connectNetsync(url)).rejects.toMatchObject({ code: 'invalid_argument' });
  },
);

it.each([0, 999, 3_600_001, NaN])('a keepalive of %d ms is refused', async (keepaliveMs) => {
  await expect(connectNetsync('http://localhost:1', { keepaliveMs })).rejects.toMatchObject({
    code: 'invalid_argument',
    details: { field: 'keepaliveMs' },
  });
});
