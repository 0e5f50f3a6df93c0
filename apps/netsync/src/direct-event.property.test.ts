import { once } from 'node:events';
import { connect } from 'node:net';
import { seededPrng } from '@syncytium/kit';
import { Netsync } from '@syncytium/netsync';
import { propertyRuns, scaledTimeoutMs, SimulatedClock, text } from '@syncytium/testkit';
import { createHttpHost, type HttpHost } from '@syncytium/transport/http';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { errorStatus } from './errors.js';
import { syncRoutes } from './sync-routes.js';

/**
 * Law: whatever is asked, a server that answers without the framework where it can sends the same bytes, but for the date, as
 * one that never does, and the same requests wait in both at any time.
 *
 * All requests of a run come over one connection, pipelined, so that they arrive in one order.
 */

/** A server whose time stands still but for `/pass`, which lets a second go by; `/close` answers all who wait. */
async function startServer(isDirect: boolean) {
  const clock = new SimulatedClock();
  const limits = { pendingMax: 12, pendingPerEventMax: 8, matesMax: 20, payloadBytesMax: 40 };
  const netsync = new Netsync({ clock, prng: seededPrng(1), limits });
  const seen = vi.fn();
  const host: HttpHost = createHttpHost({
    name: 'demo',
    listen: { port: 0 },
    limits: { pipelinedMax: 1000 },
    errorStatus,
    routes: (app) => {
      app.addHook('onRequest', (_request, _reply, done) => {
        seen();
        done();
      });
      syncRoutes(app, { netsync, clock, ...(isDirect && { direct: host }) });
      app.get('/pass', () => {
        clock.advance(1000);
        return 'passed';
      });
      app.get('/close', () => {
        netsync.close();
        return 'closed';
      });
    },
  });
  await host.start();
  return { host, seen };
}

async function exchange({ address }: HttpHost, bytes: string): Promise<string> {
  const socket = connect(address.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  return Buffer.concat(chunks)
    .toString('latin1')
    .replace(/^Date: .*\r\n/gm, '');
}

/** What a server says to requests, and how many of them the framework has seen. */
async function answersTo(requests: readonly string[], isDirect: boolean) {
  const { host, seen } = await startServer(isDirect);
  try {
    const bytes = [...requests, 'GET /stats HTTP/1.1\r\nHost: localhost\r\n\r\n', last].join('');
    return { answers: await exchange(host, bytes), routed: seen.mock.calls.length };
  } finally {
    await host.stop();
  }
}

const last = 'GET /close HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

/** A text as a client may write it in a URL: escaped, half escaped, or broken. */
const written = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: value.map((one) => encodeURIComponent(one)) },
    value.map((one) => encodeURIComponent(one).replaceAll('%20', '+').toLowerCase()),
    value.map((one) => one.replace(/[^!-~]/g, '')),
    fc.constantFrom('%', '%4', '%zz', '%c3', '%C3%A4', '%c3%28', '%ed%a0%80', '%f0%9f%98%80', '%00', '%2B+%2b', '%25'),
  );

const pair = (name: string, ...values: string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...values).map((value) => `${name}=${value}`);

const actor = pair('actor', 'a', 'b', 'c', 'a%62', '', 'not+valid', 'a%2');
const parameter = fc.oneof(
  { weight: 4, arbitrary: actor },
  { weight: 3, arbitrary: written(text(12)).map((value) => `payload=${value}`) },
  { weight: 3, arbitrary: pair('mates', '0', '1', '2', '02', '', '-1', '1.5', '%31', '21', '1e1', '9'.repeat(20)) },
  { weight: 2, arbitrary: pair('timeout', '500ms', '2s', '', '5', '0s') },
  { weight: 2, arbitrary: pair('labels', 'x=1', 'x%3D1,y=2', 'actor=a', '', '=', 'x') },
  { weight: 2, arbitrary: pair('selector', 'x', '!x', 'x=1', 'actor!%3Da', 'x+in+(1)', 'x%20in', '', '(') },
  pair('output', 'yaml', 'json', '', 'xml'),
  pair('idempotency', 'i', ''),
  pair('keepalive', '1s', 'x'),
  pair('input', 'json'),
  pair('event', 'f'),
  fc.constantFrom(
    '',
    '=',
    '=x',
    'actor',
    'payload',
    'event',
    'Payload=x',
    'payloa%64=x',
    'paylo+ad=x',
    '__proto__=x',
    'toString=1',
    '?',
    '#',
    'payload=a=b',
    'payload=a?b/c#d',
    ';payload=1',
  ),
);

const query = fc
  .tuple(pair('event', 'e', 'e', 'e', '%65', 'f', ''), actor, fc.array(parameter, { maxLength: 4 }), fc.nat(5))
  .map(([event, who, others, place]) => {
    const parts = [event, who, ...others];
    // The first two may stand anywhere.
    return [...parts.slice(place), ...parts.slice(0, place)].join('&');
  });

/** As most ask. */
const usualQuery = fc
  .tuple(pair('event', 'e', 'f'), pair('actor', 'a', 'b', 'c'), pair('mates', '0', '1', '2'), written(text(12)))
  .map(([event, who, mates, payload]) => `${event}&${who}&${mates}&payload=${payload}`);

const request = fc.oneof(
  { weight: 12, arbitrary: usualQuery.map((one) => `GET /event?${one} HTTP/1.1\r\nHost: localhost\r\n\r\n`) },
  { weight: 12, arbitrary: query.map((one) => `GET /event?${one} HTTP/1.1\r\nHost: localhost\r\n\r\n`) },
  query.map(
    (one) => `GET /event?${one} HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: i\r\nConnection: keep-alive\r\n\r\n`,
  ),
  query.map((one) => `GET /event?${one} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc`),
  query.map((one) => `POST /event?${one} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
  query.map((one) => `HEAD /event?${one} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
  query.map((one) => `PUT /event?${one} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
  query.map((one) => `GET /even?${one} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
  query.map((one) => `GET /event/?${one} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
  query.map((one) => `GET /even%74?${one} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
  fc.constant('GET /event HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  fc.constant('GET /pass HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  fc.constant('GET /stats HTTP/1.1\r\nHost: localhost\r\n\r\n'),
);

it(
  'answers as the framework does',
  async () => {
    let synced = 0;
    let direct = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 30, size: 'max' }), async (requests) => {
        const [ours, framework] = await Promise.all([answersTo(requests, true), answersTo(requests, false)]);
        expect(ours.answers).toBe(framework.answers);
        // Every answer came.
        expect(ours.answers.match(/HTTP\/1\.1 \d/g)).toHaveLength(requests.length + 2);
        direct += framework.routed - ours.routed;
        synced += ours.answers.match(/^netsync-match-id: /gm)?.length ?? 0;
      }),
      propertyRuns(200),
    );
    expect(direct).toBeGreaterThan(0);
    expect(synced).toBeGreaterThan(0);
  },
  scaledTimeoutMs(120_000),
);
