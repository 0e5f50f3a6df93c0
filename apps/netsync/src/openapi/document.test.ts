import { defaultNetsyncLimits, Netsync } from '@syncytium/netsync';
import { createHttpHost, defaultErrorStatus } from '@syncytium/transport/http';
import {
  documentProblems,
  openApiRoute,
  operationsOf,
  violations,
  type OpenApiDocument,
} from '@syncytium/transport/openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorStatus } from '../errors.js';
import { eventVocabulary, matchVocabulary } from '../read-request.js';
import { syncRoutes } from '../sync-routes.js';
import { startServer, type Answer, type TestServer } from '../testing/start-server.js';
import { api, openApiDocument } from './document.js';

let server: TestServer;
let document: OpenApiDocument;
beforeAll(async () => {
  server = await startServer();
  document = (await server.ask('/openapi.json')).body as OpenApiDocument;
});
afterAll(() => server.stop());

describe('the OpenAPI document', () => {
  it('keeps to OpenAPI 3.1', () => {
    expect(document.info.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(documentProblems(document)).toEqual([]);
    expect(Object.keys(document.paths).length).toBeGreaterThan(5);
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
        openApiRoute(app, document);
      },
    });
    await host.start();
    const ofEveryHost = ['/healthz', '/readyz', '/metrics', '/waits', '/ws'].map((path) => `GET ${path}`);
    const documented = operationsOf(document).map(({ name }) => name);
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
    for (const [code, status] of told) expect(api.errorCodes[status], code).toHaveProperty(code);
    const documented = Object.values(api.errorCodes).flatMap((ofStatus) => Object.keys(ofStatus));
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
    const { operation } = operationsOf(document).find((one) => one.name === name)!;
    const response = operation.responses[String(answer.status)];
    expect(response, `status ${answer.status}`).toBeDefined();
    const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
    const schema = response?.content?.[type]?.schema;
    expect(schema, type).toBeDefined();
    expect(violations(document, schema ?? {}, answer.body)).toEqual([]);
    for (const header of Object.keys(response?.headers ?? {})) expect(answer.headers.has(header), header).toBe(true);
    if (answer.status < 400) return;
    const { code } = (answer.body as { error: { code: string } }).error;
    expect(api.errorCodes[answer.status]).toHaveProperty(code);
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
