import { describe, expect, it } from 'vitest';
import { openRaw, sendRaw } from './testing/raw-connection.js';
import { readMetrics } from './testing/read-metrics.js';
import { openWs } from './testing/open-ws.js';
import { serversOfTest } from './testing/servers-of-test.js';
import { type TestServer } from './testing/start-server.js';

const start = serversOfTest();

/** Two requests still find each other, and nobody else has ever arrived than these and `others`. */
async function expectSound(server: TestServer, others = 0): Promise<void> {
  const first = server.ask('/event?event=sound&actor=a');
  await server.pending(1);
  expect((await server.ask('/event?event=sound&actor=b')).body).toEqual({ payloads: { a: '', b: '' } });
  await first;
  expect(await readMetrics(server)).toMatchObject({ netsync_arrivals_total: 2 + others, netsync_pending: 0 });
}

const host = 'Host: localhost\r\n';
const smuggled = 'GET /event?event=e&actor=smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n';
const params = '{"event":"e","actor":"a"}';
const json = 'Content-Type: application/json\r\n';

describe('a request that hides another', () => {
  it.each([
    [
      'behind a length and chunks',
      `${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    ['behind two lengths', `${host}Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`],
    ['behind a length that is no number', `${host}Content-Length: +5\r\n\r\nabcde${smuggled}`],
    ['behind an unknown coding', `${host}Transfer-Encoding: xchunked\r\n\r\n${smuggled}`],
    ['behind chunked that is not last', `${host}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`],
    ['in a header with a space before its colon', `${host}Content-Length : 0\r\n\r\n${smuggled}`],
    ['in a header without a colon', `${host}X\r\n\r\n${smuggled}`],
    ['in a chunk whose size is none', `${host}Transfer-Encoding: chunked\r\n\r\nzz\r\n${smuggled}`],
    ['behind a line that ends too early', `${host}X: y\n\n${smuggled}`],
  ])('%s is refused whole', async (_where, rest) => {
    const server = await start();
    const answer = await sendRaw(server.url, `POST /event HTTP/1.1\r\n${json}${rest}`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(answer).toMatch(/"code":"bad_request"/);
    await expectSound(server);
  });

  it('in a body is a body', async () => {
    const server = await start();
    const answer = await sendRaw(
      server.url,
      `POST /event HTTP/1.1\r\n${host}${json}Content-Length: ${smuggled.length}\r\nConnection: close\r\n\r\n${smuggled}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*"code":"bad_json"/s);
    await expectSound(server);
  });
});

describe('a flood', () => {
  it('of one long header is answered 431', async () => {
    const server = await start();
    const answer = await sendRaw(
      server.url,
      `GET /event?event=e&actor=a HTTP/1.1\r\n${host}X: ${'x'.repeat(70_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 .*"code":"header_too_large"/s);
    await expectSound(server);
  });

  it('of many headers is answered 431', async () => {
    const server = await start();
    const headers = Array.from({ length: 20_000 }, (_, i) => `X${i}: y\r\n`).join('');
    expect(await sendRaw(server.url, `GET /event?event=e&actor=a HTTP/1.1\r\n${host}${headers}\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    await expectSound(server);
  });

  it('of parameters is answered 431', async () => {
    const server = await start();
    const query = Array.from({ length: 20_000 }, (_, i) => `p${i}=`).join('&');
    expect(await sendRaw(server.url, `GET /event?${query} HTTP/1.1\r\n${host}\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    await expectSound(server);
  });

  it('of unanswered requests on one connection ends the connection', async () => {
    const server = await start();
    const connection = await openRaw(server.url);
    connection.write(`GET /event?event=e&actor=a HTTP/1.1\r\n${host}\r\n`.repeat(101));
    expect(await connection.closed).toBe('');
    await server.pending(0);
  });
});

describe('a client that', () => {
  it('is slow with its headers keeps nobody waiting, and is nobody', async () => {
    const server = await start();
    const slow = await openRaw(server.url);
    slow.write(`GET /event?event=sound&actor=slow HTTP/1.1\r\n${host}`);
    await expectSound(server);
    slow.socket.destroy();
  });

  it('is slow with its body keeps nobody waiting, and is nobody', async () => {
    const server = await start();
    const slow = await openRaw(server.url);
    slow.write(`POST /event HTTP/1.1\r\n${host}${json}Content-Length: ${params.length}\r\n\r\n${params.slice(0, 10)}`);
    await expectSound(server);
    slow.socket.destroy();
    await expectSound(server, 2);
  });

  it('closes only its sending half is gone', async () => {
    const server = await start();
    const half = await openRaw(server.url);
    half.write(`GET /event?event=sound&actor=half HTTP/1.1\r\n${host}\r\n`);
    await server.pending(1);
    half.socket.end();
    await server.pending(0);
    await expectSound(server, 1);
  });

  it('does not read its answer keeps the others from nothing', async () => {
    const server = await start('--max-payload', '8mb');
    const deaf = await openRaw(server.url);
    deaf.socket.pause();
    deaf.write(`GET /event?event=e&actor=deaf HTTP/1.1\r\n${host}\r\n`);
    await server.pending(1);
    const payload = 'x'.repeat(8 * 1024 * 1024);
    const { status } = await server.ask('/event', JSON.stringify({ event: 'e', actor: 'b', payload }));
    expect(status).toBe(200);
    await expectSound(server, 2);
    deaf.socket.destroy();
  });
});

describe('a limit', () => {
  it('on those that wait on one event is answered 503, and leaves other events alone', async () => {
    const server = await start('--max-pending-per-event', '1');
    const first = server.ask('/event?event=e&actor=a');
    await server.pending(1);
    const { status, headers, body } = await server.ask('/event?event=e&actor=a');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body).toMatchObject({
      error: { code: 'limit_reached', limit: 'pending requests of one event', max: 1, event: 'e' },
    });
    const other = server.ask('/event?event=f&actor=a');
    await server.pending(2);
    // Who syncs needs no room.
    await Promise.all([server.ask('/event?event=e&actor=b'), server.ask('/event?event=f&actor=b'), first, other]);
  });

  it.each([
    ['event', 'e'.repeat(257), 413],
    ['actor', 'a'.repeat(257), 413],
    ['labels', `a=${'b'.repeat(4096)}`, 400],
    ['selector', `a=${'b'.repeat(4096)}`, 400],
    ['mates', '10001', 400],
    ['timeout', '600h', 400],
  ])('on %s is answered with the name of the parameter', async (param, value, status) => {
    const server = await start();
    const query = new URLSearchParams({ event: 'e', actor: 'a', [param]: value });
    const answer = await server.ask(`/event?${query.toString()}`);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: { param } });
    await expectSound(server);
  });
});

describe('ten thousand waiters that disconnect at once', () => {
  const count = 10_000;

  async function expectAllGone(server: TestServer): Promise<void> {
    await server.pending(0);
    expect(await readMetrics(server)).toMatchObject({
      netsync_arrivals_total: count,
      'netsync_left_total{reason="cancelled"}': count,
      netsync_syncs_total: 0,
    });
    await expectSound(server, count);
  }

  it('over HTTP leave nothing behind', async () => {
    const server = await start('--log', 'silent');
    const perConnection = 100;
    const connections = await Promise.all(Array.from({ length: count / perConnection }, () => openRaw(server.url)));
    connections.forEach((connection, i) => {
      const request = (j: number): string =>
        `GET /event?event=e&actor=w${i}-${j}&selector=actor%3Dnobody HTTP/1.1\r\n${host}\r\n`;
      connection.write(Array.from({ length: perConnection }, (_, j) => request(j)).join(''));
    });
    await server.pending(count);
    for (const { socket } of connections) socket.destroy();
    await expectAllGone(server);
  });

  it('over one WebSocket leave nothing behind', async () => {
    const server = await start('--log', 'silent');
    const ws = await openWs(server.url);
    for (let id = 0; id < count; id++) ws.send({ id, event: 'e', actor: `w${id}`, selector: 'actor=nobody' });
    await server.pending(count);
    ws.terminate();
    await expectAllGone(server);
  });
});

describe('a request for a host of another name', () => {
  const request = 'GET /stats HTTP/1.1\r\nHost: netsync.example.org\r\n\r\n';

  it('is refused, and told what would let it in', async () => {
    const server = await start();
    const answer = await sendRaw(server.url, request);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain('"code":"host_refused"');
    expect(answer).toContain('flag --allowed-hosts');
  });

  it.each(['netsync.example.org', 'a.example,netsync.example.org', 'any'])(
    'is answered with --allowed-hosts %s',
    async (names) => {
      const server = await start('--allowed-hosts', names);
      expect(await sendRaw(server.url, request)).toMatch(/^HTTP\/1\.1 200 /);
      await expectSound(server);
    },
  );
});
