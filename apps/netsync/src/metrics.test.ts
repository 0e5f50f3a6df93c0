import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRaw } from './testing/raw-connection.js';
import { readMetrics } from './testing/read-metrics.js';
import { startServer, type TestServer } from './testing/start-server.js';

let server: TestServer;
beforeEach(async () => {
  server = await startServer('--max-pending', '5', '--max-pending-per-event', '4');
});
afterEach(() => server.stop());

/** Asks for requests that have to wait, one after the other. */
async function askToWait(paths: readonly string[]): Promise<ReturnType<TestServer['ask']>[]> {
  const { netsync_pending: before = NaN } = await readMetrics(server);
  const answers: ReturnType<TestServer['ask']>[] = [];
  for (const path of paths) {
    answers.push(server.ask(path));
    await server.pending(before + answers.length);
  }
  return answers;
}

it('/metrics tells what has happened, to the number', async () => {
  // A pair, a group of three, and one alone.
  const [first] = await askToWait(['/event?event=e&actor=a']);
  await server.ask('/event?event=e&actor=b');
  const two = await askToWait(['/event?event=e&actor=a&mates=2', '/event?event=e&actor=b&mates=2']);
  await server.ask('/event?event=e&actor=c&mates=2');
  await server.ask('/event?event=e&actor=d&mates=0');
  await Promise.all([first, ...two]);
  // One whose time runs out, and one whose client goes away.
  expect((await server.ask('/event?event=e&actor=a&timeout=5ms')).status).toBe(408);
  const gone = await openRaw(server.url);
  gone.write('GET /event?event=e&actor=a HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await server.pending(1);
  gone.socket.destroy();
  await server.pending(0);
  // Five that wait, and two for which there is no room: on the event, and on the server.
  const same = 'actor=a&selector=actor%3Dz';
  const waiting = await askToWait([1, 2, 3, 4].map((i) => `/event?event=e&${same}&payload=${i}`));
  expect((await server.ask(`/event?event=e&${same}`)).status).toBe(503);
  waiting.push(...(await askToWait([`/event?event=f&${same}`])));
  expect((await server.ask(`/event?event=g&${same}`)).status).toBe(503);
  // What is malformed has not arrived.
  expect((await server.ask('/event?event=e')).status).toBe(400);

  expect(await readMetrics(server)).toMatchObject({
    netsync_arrivals_total: 2 + 3 + 1 + 1 + 1 + 5 + 2,
    netsync_syncs_total: 3,
    'netsync_left_total{reason="timeout"}': 1,
    'netsync_left_total{reason="cancelled"}': 1,
    'netsync_left_total{reason="closed"}': 0,
    'netsync_refused_total{reason="event"}': 1,
    'netsync_refused_total{reason="pending"}': 1,
    'netsync_refused_total{reason="search"}': 0,
    netsync_pending: 5,
    netsync_group_size_count: 3,
    netsync_group_size_sum: 2 + 3 + 1,
    'netsync_group_size_bucket{le="1"}': 1,
    'netsync_group_size_bucket{le="2"}': 2,
    'netsync_group_size_bucket{le="3"}': 3,
    'netsync_group_size_bucket{le="+Inf"}': 3,
    netsync_wait_seconds_count: 2 + 3 + 1,
    'netsync_wait_seconds_bucket{le="+Inf"}': 2 + 3 + 1,
  });
  await server.stop();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(5).fill(503));
});

it('/waits shows each waiter, its selector, who is there for it and how many it lacks', async () => {
  const waiting = await askToWait([
    '/event?event=e&actor=a1&mates=3',
    '/event?event=e&actor=a2&mates=3&selector=actor%20notin%20%28a2%2Ca3%29',
    '/event?event=e&actor=a3&mates=3',
    '/event?event=f&actor=a4&selector=actor%3Da9',
  ]);
  const { body } = await server.ask('/waits');
  const { waits } = body as { waits: { details: object }[] };
  expect(waits).toMatchObject([
    {
      who: 'a1',
      what: '3 mates for event e',
      // Of the two others that match it, one has to be missing: they do not match each other.
      details: { selector: 'actor!=a1', matching: 2, missing: 2, blockedBy: 'selector of a2 refuses a3' },
    },
    {
      who: 'a2',
      details: { selector: 'actor notin (a2,a3)', matching: 1, missing: 2, blockedBy: 'selector of a2 refuses a3' },
    },
    { who: 'a3', details: { selector: 'actor!=a3', matching: 1, missing: 2, blockedBy: 'selector of a2 refuses a3' } },
    { who: 'a4', whom: ['a9'], details: { selector: 'actor=a9', matching: 0, missing: 1 } },
  ]);
  await server.stop();
  await Promise.all(waiting);
});

it('408 tells who was there, how many were missing and who stood in the way', async () => {
  const others = await askToWait([
    '/event?event=e&actor=a1&mates=3',
    '/event?event=e&actor=a2&mates=3&selector=actor%20notin%20%28a2%2Ca3%29',
    '/event?event=e&actor=a3&mates=3',
  ]);
  const { status, body } = await server.ask('/event?event=e&actor=a4&mates=3&timeout=5ms');
  expect(status).toBe(408);
  const { error } = body as { error: Record<string, unknown> };
  expect(error).toEqual({
    code: 'timeout',
    message: expect.stringMatching(
      /^a4 waited \d+ ms on e: missing 1 more that match, selector of a2 refuses a3$/,
    ) as string,
    actor: 'a4',
    event: 'e',
    waitedMs: expect.any(Number) as number,
    present: ['a1', 'a2'],
    missing: 1,
    blockedBy: 'selector of a2 refuses a3',
  });
  await server.stop();
  await Promise.all(others);
});
