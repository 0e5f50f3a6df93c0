import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { openWs } from './testing/open-ws.js';
import { serversOfTest } from './testing/servers-of-test.js';
import { type TestServer } from './testing/start-server.js';

const start = serversOfTest();

/** Only a test's own time limit ends it. */
const patience = { timeout: 100_000 };

/** Asks one after the other, each when those before it wait, and resolves with all answers. */
async function askInTurn(server: TestServer, paths: readonly string[]) {
  const answers: ReturnType<TestServer['ask']>[] = [];
  for (const path of paths) {
    await server.pending(answers.length);
    answers.push(server.ask(path));
  }
  return Promise.all(answers);
}

describe('the examples of the original', () => {
  it('sync two processes', async () => {
    const server = await start();
    const answers = await askInTurn(server, [
      '/event?event=e&payload=v1&actor=actor1',
      '/event?event=e&payload=v2&actor=actor2',
    ]);
    for (const { status, text } of answers) {
      expect(status).toBe(200);
      expect(text).toBe('{"payloads":{"actor2":"v2","actor1":"v1"}}\n');
    }
  });

  it('sync three processes', async () => {
    const server = await start();
    const answers = await askInTurn(
      server,
      [1, 2, 3].map((i) => `/event?event=e&payload=v${i}&actor=a${i}&mates=2`),
    );
    for (const { body } of answers) expect(body).toEqual({ payloads: { a1: 'v1', a2: 'v2', a3: 'v3' } });
  });

  it('sell chocolate and draw it', async () => {
    const server = await start();
    for (const event of ['coin', 'choc'])
      await askInTurn(server, [`/event?actor=VM&mates=1&event=${event}`, `/event?actor=CUST&mates=1&event=${event}`]);
    await vi.waitFor(
      () =>
        expect(server.log()).toBe(`┌─ VM:coin
│┌ CUST:coin
└└ CUST:coin VM:coin

┌─ VM:choc
│┌ CUST:choc
└└ CUST:choc VM:choc
`),
      patience,
    );
  });

  it('take all options', async () => {
    const server = await start();
    const all = '/event?actor=CUST&mates=1&event=choc&labels=actor%3DCUST&selector=actor!%3DCUST&payload=value';
    const [answer] = await askInTurn(server, [all, '/event?actor=VM&event=choc']);
    expect(answer?.body).toEqual({ payloads: { CUST: 'value', VM: '' } });
  });
});

describe('POST /event', () => {
  it.each([
    ['JSON', '/event', '{"event":"e","actor":"a","payload":"p","labels":{"x":"1"}}', 'application/json'],
    ['JSON with mates as text', '/event', '{"event":"e","actor":"a","payload":"p","mates":"1"}', 'application/json'],
    ['YAML', '/event', 'event: e\nactor: a\npayload: p\nlabels: {x: 1}\nmates: 1', 'application/yaml'],
    ['a form', '/event', 'event=e&actor=a&payload=p&labels=x%3D1', 'application/x-www-form-urlencoded'],
    [
      'YAML as curl sends it',
      '/event?input=yaml',
      '{event: e, payload: p, actor: a}',
      'application/x-www-form-urlencoded',
    ],
    [
      'JSON as curl sends it',
      '/event?input=json',
      '{"event":"e","actor":"a","payload":"p"}',
      'application/x-www-form-urlencoded',
    ],
    ['a part in the URL', '/event?event=e&actor=a', '{"payload":"p"}', 'application/json'],
  ])('takes %s', async (_what, path, body, contentType) => {
    const server = await start();
    const first = server.ask(path, body, contentType);
    await server.pending(1);
    await server.ask('/event?event=e&actor=b');
    expect((await first).body).toEqual({ payloads: { a: 'p', b: '' } });
  });

  it('keeps a YAML payload as it is written', async () => {
    const server = await start();
    const answer = await server.ask('/event', 'event: e\nactor: a\nmates: 0\npayload: 007', 'text/yaml');
    expect(answer.body).toEqual({ payloads: { a: '007' } });
  });

  it.each([
    ['malformed JSON', '{"event":', 'application/json', 400, { code: 'bad_json', position: 9 }],
    ['JSON that is no object', '[]', 'application/json', 400, { code: 'bad_json' }],
    ['malformed YAML', 'event: [', 'text/yaml', 400, { code: 'bad_body', format: 'YAML' }],
    ['YAML that is no mapping', '- a', 'text/yaml', 400, { code: 'bad_body' }],
    ['YAML with aliases', 'event: &x e\nactor: *x', 'text/yaml', 400, { code: 'bad_body' }],
    ['YAML that nests without end', '['.repeat(20_000), 'text/yaml', 400, { code: 'bad_body' }],
    ['an unknown parameter', '{"evnt":"e"}', 'application/json', 400, { code: 'unknown_param', param: 'evnt' }],
    ['a key __proto__', '{"__proto__":{}}', 'application/json', 400, { code: 'bad_json' }],
    ['another type', 'x', 'text/csv', 415, { code: 'unsupported_media_type', contentType: 'text/csv' }],
    [
      'a payload that is no text',
      '{"event":"e","actor":"a","payload":{}}',
      'application/json',
      400,
      { param: 'payload' },
    ],
    [
      'a payload too long',
      `{"event":"e","actor":"a","payload":"${'x'.repeat(70_000)}"}`,
      'application/json',
      413,
      {
        code: 'too_large',
        param: 'payload',
      },
    ],
    ['a body too long', `"${'x'.repeat(600_000)}"`, 'application/json', 413, { code: 'too_large' }],
  ])('refuses %s', async (_what, body, contentType, status, error) => {
    const server = await start();
    const answer = await server.ask('/event', body, contentType);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error });
    expect(server.log()).toBe('');
  });
});

describe('GET /event refuses', () => {
  it.each([
    ['a missing event', 'actor=a', { code: 'missing_param', param: 'event' }],
    ['a missing actor', 'event=e', { code: 'missing_param', param: 'actor' }],
    [
      'a malformed selector',
      'event=e&actor=a&selector=x%20in%20(',
      { code: 'bad_selector', param: 'selector', position: 6 },
    ],
    ['malformed labels', 'event=e&actor=a&labels=x', { code: 'bad_labels', param: 'labels', position: 1 }],
    ['mates that are no number', 'event=e&actor=a&mates=two', { code: 'bad_param', param: 'mates' }],
    ['a bad timeout', 'event=e&actor=a&timeout=5', { code: 'bad_param', param: 'timeout' }],
    ['a parameter given twice', 'event=e&actor=a&actor=b', { code: 'bad_param', param: 'actor' }],
    ['an unknown parameter', 'event=e&actor=a&mate=2', { code: 'unknown_param', param: 'mate' }],
    ['an output given twice', 'event=e&actor=a&output=json&output=yaml', { code: 'bad_param', param: 'output' }],
    ['an unknown output', 'event=e&actor=a&output=xml', { code: 'bad_param', param: 'output' }],
  ])('%s', async (_what, query, error) => {
    const server = await start();
    const answer = await server.ask(`/event?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error });
    expect(server.log()).toBe('');
  });
});

describe('a wait', () => {
  it('ends with 408 when its timeout passes', async () => {
    const server = await start();
    const answer = await server.ask('/event?event=e&actor=a&timeout=20ms');
    expect(answer.status).toBe(408);
    expect(answer.body).toMatchObject({ error: { code: 'timeout', missing: 1, present: [] } });
    await vi.waitFor(() => expect(server.log()).toBe('┌─ a:e\n┴─ a:e\n'), patience);
  });

  it('ends when its client goes away, who is then in no group', async () => {
    const server = await start();
    const { port, hostname } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write('GET /event?event=e&actor=gone HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await server.pending(1);
    socket.destroy();
    await server.pending(0);
    const answers = await askInTurn(server, ['/event?event=e&actor=a', '/event?event=e&actor=b']);
    expect(answers.map(({ body }) => body)).toEqual(Array(2).fill({ payloads: { a: '', b: '' } }));
  });

  it('ends with 503 when the server stops', async () => {
    const server = await start();
    const waiting = server.ask('/event?event=e&actor=a');
    await server.pending(1);
    await server.stop();
    const { status, headers, body } = await waiting;
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body).toMatchObject({ error: { code: 'closed' } });
  });

  it('is refused with 503 when too many wait', async () => {
    const server = await start('--max-pending', '1');
    const first = server.ask('/event?event=e&actor=a');
    await server.pending(1);
    const refused = await server.ask('/event?event=f&actor=b');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.body).toMatchObject({ error: { code: 'limit_reached', limit: 'pending requests', max: 1 } });
    await server.ask('/event?event=e&actor=b');
    expect((await first).status).toBe(200);
  });

  it('is told to its client in headers', async () => {
    const server = await start();
    const [first, second] = await askInTurn(server, ['/event?event=e&actor=a', '/event?event=e&actor=b']);
    const header = (answer: typeof first, name: string) => answer?.headers.get(`netsync-${name}`);
    expect(header(first, 'match-id')).toMatch(/./);
    expect(header(first, 'match-id')).toBe(header(second, 'match-id'));
    expect(header(first, 'request-id')).not.toBe(header(second, 'request-id'));
    expect(Number(header(first, 'wait-ms'))).toBeGreaterThanOrEqual(0);
  });

  it.each([
    ['output=xml', { code: 'bad_param', param: 'output' }],
    ['outptu=yaml', { code: 'unknown_param', param: 'outptu', known: ['output'] }],
  ])('is not listed by /stats?%s', async (query, error) => {
    const server = await start();
    expect(await server.ask(`/stats?${query}`)).toMatchObject({ status: 400, body: { error } });
  });

  it('can be seen in /waits and /stats', async () => {
    const server = await start();
    const waiting = server.ask('/event?event=coin&actor=VM&selector=actor%3DCUST&payload=p');
    await server.pending(1);
    expect((await server.ask('/waits')).body).toMatchObject({
      waits: [{ system: 'netsync', who: 'VM', whom: ['CUST'], details: { event: 'coin', matching: 0, missing: 1 } }],
    });
    const params = {
      event: 'coin',
      actor: 'VM',
      payload: 'p',
      labels: { actor: 'VM' },
      selector: 'actor=CUST',
      mates: 1,
    };
    const { body } = await server.ask('/stats');
    const requests = (body as { coin: { VM: Record<string, unknown> } }).coin.VM;
    expect(Object.values(requests)).toMatchObject([{ params }]);
    expect((await server.ask('/stats?output=yaml')).text).toMatch(/^coin:\n {2}VM:\n/);
    await server.ask('/event?event=coin&actor=CUST');
    await waiting;
    expect((await server.ask('/stats')).body).toEqual({});
  });

  it('of two who wait for each other on different events is shown as a deadlock', async () => {
    const server = await start();
    const waiting = [
      server.ask('/event?event=coin&actor=VM&selector=actor%3DCUST'),
      server.ask('/event?event=choc&actor=CUST&selector=actor%3DVM'),
    ];
    await server.pending(2);
    const { body } = await server.ask('/waits');
    const [cycle] = (body as { cycles: { parties: string[]; deadlock: boolean }[] }).cycles;
    expect(cycle?.deadlock).toBe(true);
    expect(new Set(cycle?.parties)).toEqual(new Set(['VM', 'CUST']));
    await server.stop();
    await Promise.all(waiting);
  });

  it('is not begun by HEAD', async () => {
    const server = await start();
    const response = await fetch(`${server.url}/event?event=e&actor=a`, { method: 'HEAD' });
    expect(response.status).toBe(405);
  });
});

describe('/match', () => {
  it('speaks the words of the successor', async () => {
    const server = await start();
    const query = '/match?key=k&count=1&labels=role%3Dp&selector=role%3Dp';
    const first = server.ask(`${query}&payload=1`);
    await server.pending(1);
    const body = JSON.stringify({ key: 'k', labels: { role: 'p' }, selector: 'role=p', payload: '2' });
    const second = await server.ask('/match', body);
    const requests = [
      { labels: { role: 'p' }, payload: '2' },
      { labels: { role: 'p' }, payload: '1' },
    ];
    expect(second.body).toEqual({ requests });
    expect((await first).body).toEqual({ requests });
  });

  it('answers in YAML', async () => {
    const server = await start();
    const { text, headers } = await server.ask('/match?key=k&count=0&labels=a%3Db&selector=a&output=yaml');
    expect(text).toBe('requests:\n  - labels:\n      a: b\n    payload: ""\n');
    expect(headers.get('content-type')).toMatch(/^application\/yaml/);
  });

  it('meets those who ask at /event', async () => {
    const server = await start();
    const first = server.ask('/event?event=e&actor=a&payload=1');
    await server.pending(1);
    const second = await server.ask('/match?key=e&labels=actor%3Db&selector=actor%3Da&payload=2');
    expect(second.body).toMatchObject({ requests: [{ payload: '2' }, { payload: '1' }] });
    expect((await first).body).toEqual({ payloads: { a: '1', b: '2' } });
  });

  it.each([
    ['labels=a%3Db&selector=a', { code: 'missing_param', param: 'key' }],
    ['key=k&selector=a', { code: 'missing_param', param: 'labels' }],
    ['key=k&labels=a%3Db', { code: 'missing_param', param: 'selector' }],
    ['key=k&labels=a%3Db&selector=a&count=x', { code: 'bad_param', param: 'count', message: /^count must/ }],
    ['key=k&labels=a&selector=a', { code: 'bad_labels', param: 'labels' }],
    ['key=k&labels=a%3Db&selector=a&actor=a', { code: 'unknown_param', param: 'actor' }],
  ])('refuses %s', async (query, { message, ...error }: { code: string; param: string; message?: RegExp }) => {
    const answer = await (await start()).ask(`/match?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error });
    if (message) expect((answer.body as { error: { message: string } }).error.message).toMatch(message);
  });
});

describe('a request with an idempotency id', () => {
  const ask = (server: TestServer, headers: Record<string, string>, query = '') =>
    fetch(`${server.url}/event?event=e&actor=a${query}`, { headers });

  it('takes the place of the one that waits', async () => {
    const server = await start();
    const first = server.ask('/event?event=e&actor=a&idempotency=x');
    await server.pending(1);
    const second = ask(server, { 'idempotency-key': 'x' });
    const { status, body } = await first;
    expect(status).toBe(409);
    expect(body).toMatchObject({ error: { code: 'superseded' } });
    await server.ask('/event?event=e&actor=b');
    expect(await (await second).json()).toEqual({ payloads: { a: '', b: '' } });
    expect(server.log().match(/[┌└]/g)).toHaveLength(4);
  });

  it('gets the answer of the one that synced, over /ws too', async () => {
    const server = await start();
    const [first] = await askInTurn(server, ['/event?event=e&actor=a&idempotency=x', '/event?event=e&actor=b']);
    const matchId = first?.headers.get('netsync-match-id');
    const second = await ask(server, { 'idempotency-key': 'x' });
    expect(second.headers.get('netsync-match-id')).toBe(matchId);
    expect(second.headers.get('netsync-wait-ms')).toBe(first?.headers.get('netsync-wait-ms'));
    const ws = await openWs(server.url);
    ws.send({ id: 1, event: 'e', actor: 'a', idempotency: 'x' });
    expect(await ws.next()).toMatchObject({ id: 1, match: matchId, payloads: { a: '', b: '' } });
  });

  it('is refused when that one said something else', async () => {
    const server = await start();
    await server.ask('/event?event=e&actor=a&idempotency=x&mates=0');
    const answer = await server.ask('/event?event=other&actor=a&idempotency=x&mates=0');
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ error: { code: 'idempotency_reused', idempotency: 'x' } });
  });
});

describe('the server', () => {
  it('counts what happens', async () => {
    const server = await start();
    await askInTurn(server, ['/event?event=e&actor=a', '/event?event=e&actor=b']);
    const { text } = await server.ask('/metrics');
    expect(text).toMatch(/^netsync_arrivals_total 2$/m);
    expect(text).toMatch(/^netsync_syncs_total 1$/m);
    expect(text).toMatch(/^netsync_pending 0$/m);
    expect(text).toMatch(/^netsync_group_size_sum 2$/m);
  });

  it('lets pages of the given origins call', async () => {
    const server = await start('--cors', 'https://example.org');
    const ask = (origin: string, path = '/stats') => fetch(server.url + path, { headers: { origin } });
    for (const path of ['/stats', '/event?event=e&actor=a&mates=0'])
      expect((await ask('https://example.org', path)).headers.get('access-control-allow-origin')).toBe(
        'https://example.org',
      );
    expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).not.toBe(
      'https://evil.example',
    );
  });
});
