import { connectNetsync, type NetsyncClient } from '@syncytium/netsync/client';
import { afterEach, describe, expect, it } from 'vitest';
import { startServerAt, type TestServer } from './testing/start-server.js';

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

it('a connection over WebSocket to nobody is refused', async () => {
  const server = await start();
  await server.stop();
  await expect(connect(server, 'ws')).rejects.toMatchObject({ code: 'ws_refused' });
});

it.each(['tcp://x:1', 'localhost:8000', ''])('%j is no URL of a server', async (url) => {
  await expect(connectNetsync(url)).rejects.toMatchObject({ code: 'invalid_argument' });
});
