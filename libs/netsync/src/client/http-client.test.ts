import { seededPrng } from '@syncytium/kit';
import { settle, SimulatedClock } from '@syncytium/testkit';
import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.js';
import { ClientWaits } from './client-waits.js';
import { ServerUnreachableError } from '../errors.js';
import { HttpClient } from './http-client.js';
import type { HttpAnswer, HttpQuestion } from './http-exchange.js';

/** What a server does with a request; without an answer it keeps it. */
type Serve = (body: Record<string, unknown>, attempt: number) => HttpAnswer | Error | undefined;

function setUp(serve: Serve) {
  const clock = new SimulatedClock();
  const prng = seededPrng(1);
  const asked: Record<string, unknown>[] = [];
  const questions: HttpQuestion[] = [];
  const client = new HttpClient({
    url: 'http://server',
    waits: new ClientWaits({ clock, prng, outstandingMax: 10, graceMs: 1000, server: 'http://server' }),
    newBackoff: () => new Backoff({ firstDelayMs: 100, delayMaxMs: 1000, attemptsMax: 3 }, prng),
    clock,
    keepaliveMs: 15_000,
    exchange: (question) =>
      new Promise((resolve, reject) => {
        const body = JSON.parse(question.body ?? '{}') as Record<string, unknown>;
        questions.push(question);
        asked.push(body);
        question.signal?.addEventListener('abort', () => reject(new Error('aborted')));
        const answer = serve(body, asked.length);
        if (answer instanceof Error) reject(answer);
        else if (answer) resolve(answer);
      }),
  });
  return { clock, asked, questions, client };
}

const broken = () => new ServerUnreachableError('http://server', 'ECONNRESET');
const said = (text: string, status: number, headers: Readonly<Record<string, string>> = {}): HttpAnswer => ({
  status,
  text,
  header: (name) => headers[name],
});
const json = (body: unknown, status = 200, headers = {}) => said(JSON.stringify(body), status, headers);

describe('a client over HTTP', () => {
  it('tells what the answer and its headers say', async () => {
    const headers = { 'netsync-match-id': 'm1', 'netsync-request-id': 'r1', 'netsync-wait-ms': '5' };
    const { asked, client } = setUp(() => json({ payloads: { a: 'p' } }, 200, headers));
    const result = await client.send({ event: 'e', actor: 'a', payload: 'p', timeout: 1500 });
    expect(result).toEqual({ payloads: { a: 'p' }, matchId: 'm1', requestId: 'r1', waitedMs: 5 });
    expect(asked).toMatchObject([{ event: 'e', actor: 'a', payload: 'p', timeout: '1500ms' }]);
    expect(client.waits.counts()).toMatchObject({ open: 0, done: 1 });
  });

  it('asks again with the same idempotency id when the connection or the server goes', async () => {
    const closed = { error: { code: 'closed', message: 'netsync is closed' } };
    const answers = [broken(), json(closed, 503), json({ payloads: {} })];
    const { clock, asked, client } = setUp((_body, attempt) => answers[attempt - 1]);
    const sent = client.send({ event: 'e', actor: 'a' });
    await clock.advanceAsync(1000);
    expect((await sent).payloads).toEqual({});
    expect(new Set(asked.map(({ idempotency }) => idempotency)).size).toBe(1);
    expect(asked).toHaveLength(3);
  });

  it('gives up after so many failures', async () => {
    const { clock, asked, client } = setUp(broken);
    const ended = expect(client.send({ event: 'e', actor: 'a' })).rejects.toMatchObject({
      code: 'server_unreachable',
      message: 'no netsync server answers at http://server: ECONNRESET',
    });
    await clock.advanceAsync(10_000);
    await ended;
    expect(asked).toHaveLength(3);
  });

  it('does not ask again for an error of the request', async () => {
    const error = { code: 'timeout', actor: 'a', event: 'e', waitedMs: 20, present: ['b'], missing: 1, message: '' };
    const { asked, client } = setUp(() => json({ error }, 408));
    await expect(client.send({ event: 'e', actor: 'a' })).rejects.toMatchObject({
      name: 'SyncTimeoutError',
      details: { waitedMs: 20, present: ['b'], missing: 1 },
    });
    expect(asked).toHaveLength(1);
  });

  it('says so when something else than a netsync server answers', async () => {
    const { client } = setUp(() => said('<html>', 502));
    await expect(client.send({ event: 'e', actor: 'a' })).rejects.toMatchObject({
      code: 'bad_answer',
      message: 'the server answered 502 without JSON: is it a netsync server?',
    });
  });

  it('tells where a server points to instead of answering', async () => {
    const { client } = setUp(() => said('', 308, { location: 'https://server/event' }));
    await expect(client.send({ event: 'e', actor: 'a' })).rejects.toThrow('it points to https://server/event');
  });

  it('asks for signs that the wait goes on, and takes three missing ones for a lost connection', async () => {
    const { questions, client } = setUp(() => json({ payloads: {} }));
    await client.send({ event: 'e', actor: 'a' });
    expect(questions).toMatchObject([{ url: 'http://server/event?keepalive=15000ms', silenceMsMax: 45_000 }]);
  });

  it('reads an answer behind such signs', async () => {
    const { client } = setUp(() => said('\n\n{"payloads":{"a":"p"}}\n', 200));
    expect((await client.send({ event: 'e', actor: 'a' })).payloads).toEqual({ a: 'p' });
  });

  it('takes an error behind such signs for what it is, although the status is 200', async () => {
    const error = { code: 'timeout', actor: 'a', event: 'e', waitedMs: 40_000, present: [], missing: 1, message: '' };
    const { client } = setUp(() => said(`\n\n${JSON.stringify({ error })}\n`, 200));
    await expect(client.send({ event: 'e', actor: 'a' })).rejects.toMatchObject({ name: 'SyncTimeoutError' });
  });

  it('asks again when the server says behind such signs that it closes', async () => {
    const closed = { error: { code: 'closed', message: 'netsync is closed' } };
    const answers = [said(`\n${JSON.stringify(closed)}\n`, 200), json({ payloads: {} })];
    const { clock, asked, client } = setUp((_body, attempt) => answers[attempt - 1]);
    const sent = client.send({ event: 'e', actor: 'a' });
    await clock.advanceAsync(1000);
    expect((await sent).payloads).toEqual({});
    expect(asked[1]).toEqual(asked[0]);
  });

  it('gives up when its signal fires, also between two attempts', async () => {
    const { clock, asked, client } = setUp((_body, attempt) => (attempt === 1 ? undefined : broken()));
    for (const attempts of [1, 2]) {
      const gone = new AbortController();
      const sent = client.send({ event: 'e', actor: 'a', signal: gone.signal });
      await settle();
      gone.abort();
      await expect(sent).rejects.toMatchObject({ code: 'aborted' });
      await clock.advanceAsync(10_000);
      expect(asked).toHaveLength(attempts);
    }
    expect(clock.pending).toBe(0);
  });

  it('times out by itself when the server keeps silent', async () => {
    const { clock, client } = setUp(() => undefined);
    const ended = expect(client.send({ event: 'e', actor: 'a', timeout: 500 })).rejects.toMatchObject({
      code: 'timeout',
      details: { missing: 'http://server' },
    });
    await clock.advanceAsync(1500);
    await ended;
  });

  it('ends everything when it is closed', async () => {
    const { clock, client } = setUp(() => undefined);
    const sent = client.send({ event: 'e', actor: 'a', timeout: 500 });
    client.close();
    await expect(sent).rejects.toMatchObject({ code: 'closed' });
    await expect(client.send({ event: 'e', actor: 'a' })).rejects.toMatchObject({ code: 'closed' });
    expect(clock.pending).toBe(0);
  });

  it('refuses a timeout that is none', async () => {
    const { asked, client } = setUp(() => undefined);
    await expect(client.send({ event: 'e', actor: 'a', timeout: 'soon' })).rejects.toMatchObject({ code: 'bad_param' });
    expect(asked).toEqual([]);
  });
});
