import { defaultNetsyncLimits, Netsync } from '@syncytium/netsync';
import { createHttpHost, defaultErrorStatus } from '@syncytium/transport/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorStatus } from '../errors.js';
import { eventVocabulary, matchVocabulary } from '../read-request.js';
import { syncRoutes } from '../sync-routes.js';
import { resolve, violations } from '../testing/conform.js';
import { startServer, type Answer, type TestServer } from '../testing/start-server.js';
import { openApiDocument } from './document.js';
import { errorCodes } from './error-responses.js';
import { openApiRoute } from './openapi-route.js';
import type { OpenApiDocument, Operation, Schema } from './types.js';

let server: TestServer;
let document: OpenApiDocument;
beforeAll(async () => {
  server = await startServer();
  document = (await server.ask('/openapi.json')).body as OpenApiDocument;
});
afterAll(() => server.stop());

/** Every operation with its method and path. */
function operations(): { name: string; path: string; method: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      method,
      operation,
    })),
  );
}

/** All schemas in a value, however deep. */
function schemasIn(value: unknown): Schema[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'schema' in value ? [value.schema as Schema] : [];
  return [...own, ...Object.values(value).flatMap(schemasIn)];
}

describe('the OpenAPI document', () => {
  it('is one of OpenAPI 3.1 in all that this version demands', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(Object.keys(document).sort()).toEqual(['components', 'info', 'openapi', 'paths']);
    expect(document.info.version).toMatch(/^\d+\.\d+\.\d+/);
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name, path, method, operation } of operations()) {
      expect(path, name).toMatch(/^\//);
      expect(['get', 'post'], name).toContain(method);
      const parameters = operation.parameters ?? [];
      const keys = parameters.map((one) => `${one.in} ${one.name}`);
      expect(new Set(keys).size, name).toBe(keys.length);
      for (const { schema, description } of parameters) {
        expect(schema, name).toBeTypeOf('object');
        expect(description, name).not.toBe('');
      }
      expect(Object.keys(operation.responses).length, name).toBeGreaterThan(0);
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        expect(status, name).toMatch(/^[1-5]\d\d$/);
        expect(description, `${name} ${status}`).not.toBe('');
        for (const type of Object.keys(content ?? {})) expect(type).toMatch(/^[a-z]+\/[a-z-]+$/);
      }
    }
    // Every reference leads somewhere.
    for (const [, reference = ''] of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g))
      expect(resolve(document, reference)).toBeDefined();
    expect(schemasIn(document).length).toBeGreaterThan(50);
  });

  it('has every route of the server, with its methods and no others', async () => {
    const routes: string[] = [];
    const host = createHttpHost({
      name: 'x',
      listen: { host: '127.0.0.1', port: 0 },
      metrics: { contentType: 'text/plain', render: () => '' },
      routes: (app) => {
        app.addHook('onRoute', ({ method, url }) => {
          for (const one of [method].flat()) if (one !== 'HEAD') routes.push(`${one} ${url}`);
        });
        syncRoutes(app, { netsync: new Netsync() });
        openApiRoute(app, { version: '0.0.0', limits: defaultNetsyncLimits });
      },
    });
    await host.start();
    const ofEveryHost = ['/healthz', '/readyz', '/metrics', '/waits', '/ws'].map((path) => `GET ${path}`);
    const documented = operations().map(({ name }) => name);
    expect(documented.sort()).toEqual([...routes, ...ofEveryHost].sort());
    // And the server itself says the same of its paths.
    for (const path of Object.keys(document.paths).filter((one) => one !== '/ws')) {
      const { status, headers } = await fetch(server.url + path, { method: 'DELETE' });
      expect(status, path).toBe(405);
      const methods = (headers.get('allow') ?? '').split(', ').filter((method) => method !== 'HEAD');
      expect(methods.map((method) => `${method} ${path}`).every((name) => documented.includes(name))).toBe(true);
      expect(methods.length).toBe(Object.keys(document.paths[path] ?? {}).length);
    }
    await host.stop();
  });

  it.each([
    ['/event', eventVocabulary],
    ['/match', matchVocabulary],
  ])('has every parameter of %s', (path, { names }) => {
    const { get, post } = document.paths[path]!;
    const own = [...Object.keys(names), 'output', 'keepalive', 'idempotency-key'];
    expect(get?.parameters?.map(({ name }) => name).sort()).toEqual([...own].sort());
    expect(post?.parameters?.map(({ name }) => name).sort()).toEqual([...own, 'input'].sort());
    const bodies = Object.values(post?.requestBody?.content ?? {});
    expect(bodies.length).toBeGreaterThan(3);
    for (const { schema } of bodies) expect(Object.keys(schema.properties ?? {})).toEqual(Object.keys(names));
  });

  it('has every error code that the code knows, under its status', () => {
    const statusOf = { ...defaultErrorStatus, ...errorStatus };
    // Nobody is there to be answered, and there is no broker.
    const untold = new Set(['aborted', 'broker_unreachable']);
    const told = Object.entries(statusOf).filter(([code]) => !untold.has(code));
    for (const [code, status] of told) expect(errorCodes[String(status)], code).toHaveProperty(code);
    const documented = Object.values(errorCodes).flatMap((ofStatus) => Object.keys(ofStatus));
    expect(new Set(documented).size).toBe(documented.length);
  });

  const long = 'x'.repeat(70_000);
  it.each<[string, () => Promise<Answer>]>([
    ['GET /event', () => server.ask('/event?event=e&actor=a&mates=0')],
    ['GET /match', () => server.ask('/match?key=k&count=0&labels=a%3Db&selector=a')],
    ['POST /event', () => server.ask('/event', '{"event":"e","actor":"a","mates":0}')],
    ['POST /match', () => server.ask('/match', '{"key":"k","labels":"a=b","selector":"a","count":0}')],
    ['GET /stats', () => server.ask('/stats')],
    ['GET /healthz', () => server.ask('/healthz')],
    ['GET /readyz', () => server.ask('/readyz')],
    ['GET /openapi.json', () => server.ask('/openapi.json')],
    ['GET /waits', () => server.ask('/waits')],
    ['GET /waits', () => server.ask('/waits?limit=x')],
    ['GET /event', () => server.ask('/event?event=e')],
    ['GET /event', () => server.ask('/event?event=e&actor=a&actr=b')],
    ['GET /event', () => server.ask('/event?event=e&actor=a&mates=x')],
    ['GET /event', () => server.ask('/event?event=e&actor=a&selector=%28')],
    ['GET /event', () => server.ask('/event?event=e&actor=a&labels=x')],
    ['GET /event', () => server.ask(`/event?event=${'x'.repeat(300)}&actor=a`)],
    ['GET /event', () => server.ask('/event?event=e&actor=a&timeout=1ms')],
    ['POST /event', () => server.ask('/event', '{"event"')],
    ['POST /event', () => server.ask('/event', '[', 'application/yaml')],
    ['POST /event', () => server.ask('/event', 'x', 'text/csv')],
    ['POST /event', () => server.ask('/event', `{"event":"e","actor":"a","payload":"${long}"}`)],
    ['GET /ws', () => server.ask('/ws')],
  ])('tells what %s answers', async (name, ask) => {
    const answer = await ask();
    const { operation } = operations().find((one) => one.name === name)!;
    const response = operation.responses[String(answer.status)];
    expect(response, `status ${answer.status}`).toBeDefined();
    const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
    const schema = response?.content?.[type]?.schema;
    expect(schema, type).toBeDefined();
    expect(violations(document, schema ?? {}, answer.body)).toEqual([]);
    for (const header of Object.keys(response?.headers ?? {})) expect(answer.headers.has(header), header).toBe(true);
    if (answer.status < 400) return;
    const { code } = (answer.body as { error: { code: string } }).error;
    expect(errorCodes[String(answer.status)]).toHaveProperty(code);
  });

  it('tells what /waits and /stats answer while somebody waits', async () => {
    const waiting = server.ask('/event?event=e&actor=a&mates=2&timeout=1m');
    await server.pending(1);
    const other = server.ask('/event?event=e&actor=b&mates=2&selector=actor%20in%20%28a%2Cc%29');
    await server.pending(2);
    for (const path of ['/waits', '/stats']) {
      const schema = document.paths[path]?.get?.responses['200']?.content?.['application/json']?.schema;
      expect(violations(document, schema ?? {}, (await server.ask(path)).body)).toEqual([]);
    }
    await server.ask('/event?event=e&actor=c&mates=2');
    const again = await Promise.all([waiting, other]);
    expect(again.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('names the limits of the server it comes from', () => {
    const { paths } = openApiDocument({ version: '1.2.3', limits: { ...defaultNetsyncLimits, matesMax: 7 } });
    const mates = paths['/event']?.get?.parameters?.find(({ name }) => name === 'mates');
    expect(mates?.schema.maximum).toBe(7);
  });
});

describe('the check of answers', () => {
  it.each<[string, Schema, unknown]>([
    ['a missing property', { type: 'object', required: ['a'] }, {}],
    ['one too many', { type: 'object', additionalProperties: false }, { a: 1 }],
    ['another type', { type: 'string' }, 1],
    ['a fraction', { type: 'integer' }, 1.5],
    ['a negative number', { type: 'integer', minimum: 0 }, -1],
    ['a wrong item', { type: 'array', items: { type: 'string' } }, ['a', 1]],
    ['a number that is too large', { type: 'integer', maximum: 1 }, 2],
    ['a text that is too short', { type: 'string', minLength: 1 }, ''],
    ['a text that is too long', { type: 'string', maxLength: 1 }, 'ab'],
    ['a text of another form', { type: 'string', pattern: '^a$' }, 'b'],
    ['an item too many', { type: 'array', maxItems: 1, items: {} }, [1, 2]],
    ['what fits none of the alternatives', { oneOf: [{ type: 'string' }, { type: 'object' }] }, 1],
    ['another word', { type: 'string', enum: ['a'] }, 'b'],
  ])('finds %s', (_what, schema, value) => {
    expect(violations(document, schema, value)).toHaveLength(1);
  });
});
