import { describe, expect, it } from 'vitest';
import { openWs } from './testing/open-ws.js';
import { serversOfTest } from './testing/servers-of-test.js';

const start = serversOfTest();

describe('/ws', () => {
  it('meets /event and /match', async () => {
    const server = await start();
    const ws = await openWs(server.url);
    ws.send({ id: 1, event: 'e', actor: 'a', payload: '1', mates: 2 });
    await server.pending(1);
    const event = server.ask('/event?event=e&actor=b&payload=2&mates=2');
    await server.pending(2);
    const match = server.ask('/match?key=e&labels=actor%3Dc&selector=actor%21%3Dc&payload=3&count=2');
    const payloads = { a: '1', b: '2', c: '3' };
    const answer = await ws.next();
    expect(answer).toMatchObject({ id: 1, payloads });
    expect((await event).body).toEqual({ payloads });
    expect((await match).headers.get('netsync-match-id')).toBe(answer.match);
  });

  it('carries many requests at once', async () => {
    const server = await start();
    const ws = await openWs(server.url);
    const count = 500;
    for (const actor of ['a', 'b'])
      for (let i = 0; i < count; i++) ws.send({ id: `${actor}${i}`, event: `e${i}`, actor, payload: `${i}` });
    const answers = new Map<unknown, unknown>();
    while (answers.size < 2 * count) {
      const { id, payloads } = await ws.next();
      expect(answers.has(id)).toBe(false);
      answers.set(id, payloads);
    }
    for (let i = 0; i < count; i++) expect(answers.get(`a${i}`)).toEqual({ a: `${i}`, b: `${i}` });
  });

  it('lets go of the requests of a connection that is cut', async () => {
    const server = await start();
    const ws = await openWs(server.url);
    ws.send({ id: 1, event: 'e', actor: 'a' });
    ws.send({ id: 2, event: 'f', actor: 'a' });
    await server.pending(2);
    ws.terminate();
    await server.pending(0);
  });

  it('answers everybody when the server stops', async () => {
    const server = await start();
    const ws = await openWs(server.url);
    ws.send({ id: 1, event: 'e', actor: 'a' });
    await server.pending(1);
    await server.stop();
    expect(await ws.next()).toMatchObject({ id: 1, error: { code: 'closed' } });
    expect(await ws.closed).toBe(1001);
  });

  it('limits the requests of one connection', async () => {
    const server = await start('--max-outstanding', '1');
    const ws = await openWs(server.url);
    ws.send({ id: 1, event: 'e', actor: 'a' });
    ws.send({ id: 2, event: 'f', actor: 'a' });
    expect(await ws.next()).toMatchObject({ id: 2, error: { code: 'limit_reached', max: 1 } });
  });

  it('closes a connection whose message is too long', async () => {
    const server = await start('--max-payload', '1');
    const ws = await openWs(server.url);
    ws.send({ id: 1, event: 'e', actor: 'a', payload: 'x'.repeat(100_000) });
    expect(await ws.closed).toBe(1009);
    await server.pending(0);
  });

  it('takes pages of the given origins only', async () => {
    const server = await start('--cors', 'https://example.org');
    const ws = await openWs(server.url, { origin: 'https://example.org' });
    ws.send({ id: 1, event: 'e', actor: 'a', mates: 0 });
    expect(await ws.next()).toMatchObject({ id: 1, payloads: { a: '' } });
    await expect(openWs(server.url, { origin: 'https://evil.example' })).rejects.toMatchObject({
      code: 'ws_refused',
      details: { status: 403 },
    });
  });

  it('tells who asks without a WebSocket', async () => {
    const server = await start();
    const answer = await server.ask('/ws');
    expect(answer.status).toBe(426);
  });
});
