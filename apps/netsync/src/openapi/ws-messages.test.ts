import { violations, type OpenApiDocument } from '@syncytium/transport/openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWs, type TestWs } from '../testing/open-ws.js';
import { startServer, type TestServer } from '../testing/start-server.js';

let server: TestServer;
let document: OpenApiDocument;
beforeAll(async () => {
  server = await startServer();
  document = (await server.ask('/openapi.json')).body as OpenApiDocument;
});
afterAll(() => server.stop());

const wrong = (name: 'fromClient' | 'fromServer', message: unknown): string[] =>
  violations(document, document.paths['/ws']?.get?.['x-messages']?.[name] ?? {}, message);

/** Sends a message and resolves with as many answers. */
async function answersTo(ws: TestWs, message: unknown, count = 1): Promise<unknown[]> {
  ws.send(message);
  return Promise.all(Array.from({ length: count }, () => ws.next()));
}

const request = { id: 1, event: 'e', actor: 'a', mates: 0 };

describe('the messages of /ws in the OpenAPI document', () => {
  it.each<[string, unknown, string]>([
    ['a request', request, 'payloads'],
    ['a request under a text', { ...request, id: 'x' }, 'payloads'],
    ['labels as an object', { ...request, labels: { k: 'v' }, selector: 'k' }, 'payloads'],
    ['labels as a text', { ...request, labels: 'k=v' }, 'payloads'],
    ['all there is', { ...request, payload: 'p', selector: 'a', timeout: '1s', idempotency: 'i' }, 'payloads'],
    ['a timeout in milliseconds', { ...request, mates: 1, timeout: 1 }, 'error'],
    ['a cancel', { cancel: 'nobody' }, 'cancelled'],
  ])('have %s, and its answer', async (_what, message, answered) => {
    const ws = await openWs(server.url);
    expect(wrong('fromClient', message)).toEqual([]);
    const [answer] = await answersTo(ws, message);
    expect(answer).toHaveProperty(answered);
    expect(wrong('fromServer', answer)).toEqual([]);
    ws.terminate();
  });

  it.each<[string, unknown]>([
    ['no object', 'null'],
    ['no id', { event: 'e', actor: 'a' }],
    ['an id that is none', { ...request, id: 1.5 }],
    ['an id without a character', { ...request, id: '' }],
    ['an id that is too long', { ...request, id: 'x'.repeat(129) }],
    ['no event', { id: 1, actor: 'a' }],
    ['an unknown name', { ...request, mate: 1 }],
    ['mates that are no number', { ...request, mates: '1' }],
    ['too many mates', { ...request, mates: 10_001 }],
    ['an event that is too long', { ...request, event: 'x'.repeat(257) }],
    ['labels of numbers', { ...request, labels: { k: 1 } }],
    ['a timeout that is none', { ...request, timeout: 'soon' }],
    ['a timeout before it began', { ...request, timeout: -1 }],
    ['a cancel that says more', { cancel: 1, event: 'e' }],
    ['too many at once', Array.from({ length: 1001 }, () => request)],
  ])('have no message with %s, and what it is answered', async (_what, message) => {
    const ws = await openWs(server.url);
    expect(wrong('fromClient', message)).not.toEqual([]);
    const [answer] = await answersTo(ws, message);
    expect(answer).toHaveProperty('error');
    expect(wrong('fromServer', answer)).toEqual([]);
    ws.terminate();
  });

  it('have arrays, in both directions', async () => {
    const ws = await openWs(server.url);
    const waiting = { ...request, id: 2, mates: 1 };
    const messages = [request, waiting, waiting, { cancel: 2 }];
    expect(wrong('fromClient', messages)).toEqual([]);
    ws.send(messages);
    const answers: unknown[] = [];
    while (answers.flat().length < messages.length - 1) answers.push(await ws.next());
    for (const answer of answers) expect(wrong('fromServer', answer)).toEqual([]);
    expect(answers.flat()).toMatchObject([
      { id: 1, payloads: {} },
      { error: { code: 'duplicate_id' } },
      { id: 2, cancelled: true },
    ]);
    ws.terminate();
  });
});
