import { WaitTable, systemClock } from '@syncytium/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultErrorStatus } from '../error-answer.js';
import { createHttpHost, type HttpHost } from '../http-host.js';
import { ApiDescription } from './api-description.js';
import { json } from './content.js';
import { documentProblems, operationsOf } from './document-problems.js';
import { openApiRoute } from './openapi-route.js';
import type { OpenApiDocument } from './types.js';
import { violations } from './violations.js';

const api = new ApiDescription({ 400: { bad_json: 'what was sent is not JSON' }, 404: { no_such_greeting: 'none' } });
const parts = {
  info: { title: 'Hello', version: '1.0.0', description: 'Greets.' },
  paths: { '/hello': { get: api.shown('getHello', 'A greeting.', json({ type: 'string' }), [404]) } },
  schemas: {},
};
const document = api.document(parts);

const waits = new WaitTable({ system: 'x', clock: systemClock });
let host: HttpHost;
beforeAll(async () => {
  host = createHttpHost({
    name: 'x',
    listen: { port: 0 },
    limits: { bodyBytesMax: 10 },
    waits: [waits],
    metrics: { contentType: 'text/plain', render: () => '' },
    routes: (app) => openApiRoute(app, document),
  });
  await host.start();
});
afterAll(() => host.stop());

describe('the description of a program', () => {
  test('keeps to OpenAPI 3.1', () => {
    expect(documentProblems(document)).toEqual([]);
  });

  test('is what the host tells', async () => {
    expect(await (await fetch(`${host.url}/openapi.json`)).json()).toEqual(document);
  });

  test('has the codes of every host, the program’s own, and its words for those of both', () => {
    // Nobody is there to be answered; and not every program has a broker.
    const untold = new Set(['aborted', 'broker_unreachable']);
    for (const [code, status] of Object.entries(defaultErrorStatus))
      if (!untold.has(code)) expect(api.errorCodes[status], code).toHaveProperty(code);
    expect(api.errorCodes[404]).toEqual({ not_found: 'there is no such path', no_such_greeting: 'none' });
    expect(api.errorCodes[400]?.['bad_json']).toBe('what was sent is not JSON');
    expect(Object.keys(document.paths['/hello']?.get?.responses ?? {})).toContain('404');
  });

  test.each([
    ['/waits', 200],
    ['/waits?limit=x', 400],
    ['/healthz', 200],
    ['/readyz', 200],
    ['/openapi.json', 200],
  ])('tells what %s answers: %i', async (path, status) => {
    const wait = waits.open({ who: 'a', what: 'b', whom: ['c'], details: { d: 1 } });
    const answer = await fetch(host.url + path);
    const body: unknown = await answer.json();
    wait.close('done');
    expect(answer.status).toBe(status);
    const operation = document.paths[path.split('?')[0] ?? '']?.get;
    const schema = operation?.responses[`${status}`]?.content?.['application/json']?.schema;
    expect(schema).toBeDefined();
    expect(violations(document, schema ?? {}, body)).toEqual([]);
  });

  test('tells the headers of failures', async () => {
    const answer = await fetch(`${host.url}/healthz`, { method: 'DELETE' });
    const headers = document.paths['/healthz']?.get?.responses[answer.status]?.headers ?? {};
    expect(Object.keys(headers)).toEqual(['allow']);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });

  test('demands the details of waits that have some', () => {
    const detailed = api.document({ ...parts, waitDetails: { type: 'object', required: ['event'] } });
    const wait = { system: 'x', who: 'a', what: 'b', whom: [], mode: 'any', since: '', waitedMs: 0, until: null };
    const answer = (details?: object) => ({
      counts: {},
      cycles: [],
      waits: [{ ...wait, ...(details && { details }) }],
    });
    const wrong = (of: OpenApiDocument, details?: object): string[] =>
      violations(of, { $ref: '#/components/schemas/Waits' }, answer(details));
    expect([wrong(document), wrong(document, { a: 1 }), wrong(detailed, { event: 'e' })]).toEqual([[], [], []]);
    expect(wrong(detailed, {})).toEqual(['/waits/0/details lacks event']);
    expect(wrong(detailed)).toEqual(['/waits/0 lacks details']);
  });
});

describe('the check of a document', () => {
  const problemsOf = (path: string, change: object): string[] =>
    documentProblems({
      ...document,
      paths: { [path]: { get: { ...api.shown('x', 'X.', json({ type: 'string' })), ...change } } },
    });
  const limit = { name: 'limit', in: 'query', description: 'd', schema: {} };

  test.each<[string, string, object, string]>([
    [
      'a parameter that is there twice',
      '/x',
      { parameters: [limit, limit] },
      'the parameter query limit is there twice',
    ],
    ['a part of the path that is no parameter', '/x/{id}', {}, 'id is no required parameter'],
    [
      'a parameter that is not in the path',
      '/x',
      { parameters: [{ ...limit, in: 'path', required: true }] },
      'limit is not in the path',
    ],
    ['a parameter without words', '/x', { parameters: [{ ...limit, description: '' }] }, 'limit is not described'],
    ['a status that is none', '/x', { responses: { 99: { description: 'd' } } }, '99 is no status'],
    ['a response without words', '/x', { responses: { 200: { description: '' } } }, '200 is not described'],
    [
      'a type that is none',
      '/x',
      { responses: { 200: { description: 'd', content: { json: { schema: {} } } } } },
      '200 has the type json',
    ],
  ])('finds %s', (_what, path, change, problem) => {
    expect(problemsOf(path, change)).toEqual([`GET ${path}: ${problem}`]);
  });

  test('finds an id that is there twice, and a reference that leads nowhere', () => {
    const { get } = document.paths['/hello'] ?? {};
    if (!get) throw new Error('there is no /hello');
    const broken = { ...document, paths: { '/a': { get }, '/b': { get } }, components: { schemas: {} } };
    expect(documentProblems(broken)).toEqual([
      'the id getHello is there twice',
      'there is no #/components/schemas/Error',
    ]);
    expect(operationsOf(broken).map(({ name }) => name)).toEqual(['GET /a', 'GET /b']);
  });
});
