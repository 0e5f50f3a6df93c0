import { json, propertyRuns, text } from '@syncytium/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from './testing/raw-connection.js';
import { readMetrics } from './testing/read-metrics.js';
import { startServer, type TestServer } from './testing/start-server.js';

/**
 * Law: whatever a malformed request is, nobody arrives, leaves or syncs by it: those who wait, the statistics and the
 * log are as before. Somebody waits on the event all the time who would match anybody.
 */
let server: TestServer;
let waiting: ReturnType<TestServer['ask']>;
beforeAll(async () => {
  server = await startServer();
  waiting = server.ask('/event?event=e&actor=victim&mates=1');
  await server.pending(1);
});
afterAll(async () => {
  await server.stop();
  await waiting;
});

async function state(): Promise<unknown> {
  return [(await server.ask('/stats')).text, await readMetrics(server), server.log()];
}

/** Something in a query that no request may have, beside valid parameters. */
const flaw = fc.oneof(
  fc.constantFrom<[string, string][]>([['actor', '']], [['event', '']]),
  fc
    .oneof(
      fc.constantFrom('-1', '1.5', '1e3', '10001', 'NaN', 'two', '0x1'),
      text(8).filter((one) => !/^-?\d*$/.test(one)),
    )
    .map((mates) => [['mates', mates] as [string, string]]),
  fc
    .constantFrom('(', 'a in', 'a in (', '!', 'a!', 'a=b,', ',', 'a=b c', 'a>x', 'a notin', '=b', 'a==b==c')
    .map((selector) => [['selector', selector] as [string, string]]),
  fc
    .constantFrom('a', 'a=b=c', '=b', 'a=b,', 'a b=c', '-a=b')
    .map((labels) => [['labels', labels] as [string, string]]),
  fc
    .constantFrom('5', '-1s', '1d', 's', '1 s', 'Infinity', '9999h')
    .map((timeout) => [['timeout', timeout] as [string, string]]),
  fc
    .constantFrom('event', 'actor', 'payload', 'mates')
    .map((name) => [[name, '1'] as [string, string], [name, '2'] as [string, string]]),
  fc
    .string({ minLength: 1, maxLength: 10, unit: 'grapheme-ascii' })
    .map((name) => [[`x${name}`, ''] as [string, string]]),
  fc.constant([['output', 'xml'] as [string, string]]),
);

const valid: readonly [string, string][] = [
  ['event', 'e'],
  ['actor', 'a'],
  ['payload', 'p'],
];

describe('a malformed request never touches the matcher:', () => {
  it('bytes that are no HTTP', async () => {
    const before = await state();
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
    const lines = fc
      .tuple(
        fc.constantFrom('GET', 'POST', 'get', 'PUT', ''),
        fc.constantFrom('/event?event=e&actor=a', '*', ''),
        text(20),
      )
      .map(([method, path, rest]) => Buffer.from(`${method} ${path} ${rest}\r\n${rest}\r\n\r\n`));
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, lines), async (garbage) => {
        const answer = await sendRaw(server.url, garbage);
        expect(answer === '' || /^HTTP\/1\.1 (4\d\d|505) /.test(answer), answer).toBe(true);
        expect(await state()).toEqual(before);
      }),
      propertyRuns(150),
    );
  });

  it('a query with one flaw', async () => {
    const before = await state();
    await fc.assert(
      fc.asyncProperty(flaw, async (pairs) => {
        const names = new Set(pairs.map(([name]) => name));
        const query = new URLSearchParams([...valid.filter(([name]) => !names.has(name)), ...pairs]);
        const { status, body } = await server.ask(`/event?${query.toString()}`);
        expect([400, 413], query.toString()).toContain(status);
        expect((body as { error: { param?: string } }).error.param).toBe(pairs[0][0]);
        expect(await state()).toEqual(before);
      }),
      propertyRuns(150),
    );
  });

  it('a body of anything', async () => {
    const before = await state();
    const type = fc.constantFrom(
      'application/json',
      'text/yaml',
      'application/x-www-form-urlencoded',
      'text/plain',
      '',
    );
    const body = fc.oneof(
      json().map((value) => JSON.stringify(value)),
      text(100),
      fc.constantFrom(
        '{"event":"e","actor":"a","mates":null}',
        '{"event":"e","actor":["a"]}',
        '{"event":{},"actor":"a"}',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('/event', '/match'), type, body, async (path, contentType, content) => {
        const { status } = await server.ask(path, content, contentType);
        expect([400, 413, 415], content).toContain(status);
        expect(await state()).toEqual(before);
      }),
      propertyRuns(150),
    );
  });
});
