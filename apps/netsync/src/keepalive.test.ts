import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { SimulatedClock } from '@syncytium/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { startServerWith, type TestServer } from './testing/start-server.js';

let server: TestServer | undefined;
afterEach(() => server?.stop());

async function start(...flags: string[]) {
  const clock = new SimulatedClock();
  server = await startServerWith({ clock }, ':0', ...flags);
  return { clock, server };
}

const next = async (message: IncomingMessage): Promise<string> => String((await once(message, 'data'))[0]);
const rest = async (message: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const data of message) text += String(data);
  return text;
};

/** Begins to wait, lets a time pass, and resolves when the answer has begun to come. */
async function waitFor(clock: SimulatedClock, server: TestServer, path: string, ms: number, headers = {}) {
  const request = get(server.url + path, { headers });
  const responded = once(request, 'response') as Promise<[IncomingMessage]>;
  await server.pending(1);
  clock.advance(ms);
  const [message] = await responded;
  return message;
}

describe('a long wait', () => {
  it('shows that it goes on, and then tells the answer', async () => {
    const { clock, server } = await start();
    const message = await waitFor(clock, server, '/event?event=e&actor=a&keepalive=15s', 15_000);
    expect(message.statusCode).toBe(200);
    expect(message.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(await next(message)).toBe('\n');
    clock.advance(15_000);
    expect(await next(message)).toBe('\n');
    const mate = await server.ask('/event?event=e&actor=b');
    expect(JSON.parse(await rest(message))).toEqual({ payloads: { a: '', b: '' } });
    expect(message.trailers).toMatchObject({
      'netsync-match-id': mate.headers.get('netsync-match-id'),
      'netsync-wait-ms': '30000',
    });
  });

  it('that ends before the first sign is answered as any other', async () => {
    const { clock, server } = await start();
    const first = server.ask('/event?event=e&actor=a&keepalive=15s');
    await server.pending(1);
    clock.advance(14_999);
    await server.ask('/event?event=e&actor=b');
    expect((await first).text).toBe('{"payloads":{"b":"","a":""}}\n');
    expect((await first).headers.get('netsync-wait-ms')).toBe('14999');
  });

  it('tells an error in the body once it has begun', async () => {
    const { clock, server } = await start();
    const path = '/event?event=e&actor=a&keepalive=15s&timeout=20s';
    const message = await waitFor(clock, server, path, 15_000);
    clock.advance(5000);
    expect(JSON.parse(await rest(message))).toMatchObject({ error: { code: 'timeout', missing: 1, waitedMs: 20_000 } });
    expect(message.trailers).toEqual({});
  });

  it('answers in YAML, and at /match', async () => {
    const { clock, server } = await start();
    const path = '/match?key=e&labels=actor%3Da&selector=actor%3Db&output=yaml&keepalive=1s';
    const message = await waitFor(clock, server, path, 1000);
    await server.ask('/event?event=e&actor=b');
    expect(await rest(message)).toMatch(/^\nrequests:\n {2}- labels:/);
  });

  it('keeps the headers for web pages', async () => {
    const { clock, server } = await start('--cors', 'https://example.org');
    const headers = { origin: 'https://example.org' };
    const message = await waitFor(clock, server, '/event?event=e&actor=a&keepalive=1s', 1000, headers);
    expect(message.headers['access-control-allow-origin']).toBe('https://example.org');
    message.destroy();
    await server.pending(0);
  });

  it('ends when its client goes away', async () => {
    const { clock, server } = await start();
    const message = await waitFor(clock, server, '/event?event=e&actor=a&keepalive=1s', 1000);
    message.destroy();
    await server.pending(0);
    const idle = clock.pending;
    clock.advance(10_000);
    expect(clock.pending).toBe(idle);
  });

  it('is answered when the server stops', async () => {
    const { clock, server } = await start();
    const message = await waitFor(clock, server, '/event?event=e&actor=a&keepalive=1s', 1000);
    const [text] = await Promise.all([rest(message), server.stop()]);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'closed' } });
  });

  it('works for HTTP/1.0, which has no chunks', async () => {
    const { clock, server } = await start();
    const { port, hostname } = new URL(server.url);
    const socket = connect(Number(port), hostname).setEncoding('utf8');
    let text = '';
    socket.on('data', (data: string) => (text += data));
    socket.write('GET /event?event=e&actor=a&keepalive=1s HTTP/1.0\r\nHost: localhost\r\n\r\n');
    await server.pending(1);
    clock.advance(1000);
    await server.ask('/event?event=e&actor=b');
    await once(socket, 'end');
    expect(text).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n\n\{"payloads":\{"b":"","a":""\}\}\n$/);
  });
});

it.each(['soon', '1ms', '2h', '15'])('keepalive=%s is refused', async (keepalive) => {
  const { server } = await start();
  const answer = await server.ask(`/event?event=e&actor=a&keepalive=${keepalive}`);
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ error: { code: 'bad_param', param: 'keepalive' } });
});
