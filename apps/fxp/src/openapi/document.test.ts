import { Provider } from '@syncytium/fxp';
import { createHttpHost, defaultErrorStatus } from '@syncytium/transport/http';
import {
  documentProblems,
  openApiRoute,
  operationsOf,
  violations,
  type OpenApiDocument,
} from '@syncytium/transport/openapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorStatus } from '../errors.js';
import { gatewayRoutes } from '../gateway-routes.js';
import { sessionFields } from '../session-request.js';
import { startApp, type RunningApp } from '../testing/start-app.js';
import { api } from './document.js';

let running: RunningApp;
let provider: Provider;
let document: OpenApiDocument;
beforeAll(async () => {
  running = await startApp();
  provider = await Provider.connect(running.redis, { name: 'ours' });
  await provider.register('echo', async (session) => {
    for await (const input of session) await session.push(input);
  });
  document = (await (await fetch(`${running.http}/openapi.json`)).json()) as OpenApiDocument;
});
afterAll(async () => {
  await provider.close();
  await running.app.stop();
});

describe('the OpenAPI document', () => {
  test('keeps to OpenAPI 3.1', () => {
    expect(documentProblems(document)).toEqual([]);
    expect(Object.keys(document.paths).length).toBeGreaterThan(5);
  });

  test('has every route of the gateway, and no others', async () => {
    const routes: string[] = [];
    const never = (): never => {
      throw new Error('nobody asks');
    };
    const host = createHttpHost({
      name: 'x',
      listen: { port: 0 },
      routes(app) {
        app.addHook('onRoute', ({ method, url }) => {
          for (const one of [method].flat())
            if (one !== 'HEAD') routes.push(`${one} ${url.replace(/:(\w+)/g, '{$1}')}`);
        });
        gatewayRoutes(app, { gateway: never, services: never, sessions: never });
        openApiRoute(app, document);
      },
    });
    await host.start();
    await host.stop();
    const others = ['/healthz', '/readyz', '/metrics', '/waits', '/services/{service}'].map((path) => `GET ${path}`);
    expect(
      operationsOf(document)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...routes, ...others].sort());
  });

  test('has what can be said of a session', () => {
    expect(Object.keys(document.components.schemas['SessionRequest']?.properties ?? {}).sort()).toEqual(
      [...sessionFields].sort(),
    );
  });

  test('has every error code that the code knows, under its status', () => {
    const statuses: Readonly<Record<string, number>> = { ...defaultErrorStatus, ...errorStatus };
    // Nobody is there to be answered.
    const told = Object.entries(statuses).filter(([code]) => code !== 'aborted');
    for (const [code, status] of told) expect(api.errorCodes[status], code).toHaveProperty(code);
  });

  const post = (body: unknown, type = 'application/json'): RequestInit => ({
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': type },
  });

  test.each<[string, string, number, RequestInit?]>([
    ['POST /services/{service}/sessions', '/services/echo/sessions', 201, post({ id: 's', acknowledge: true })],
    ['POST /services/{service}/sessions', '/services/echo/sessions', 409, post({ id: 's' })],
    ['POST /services/{service}/sessions', '/services/none/sessions', 404, post({})],
    ['POST /services/{service}/sessions', '/services/echo/sessions', 400, post('{')],
    ['POST /sessions/{id}/call', '/sessions/s/call', 200, post({ n: 1 })],
    ['POST /sessions/{id}/call', '/sessions/s/call', 415, post('bytes', 'application/octet-stream')],
    ['POST /sessions/{id}/call', '/sessions/none/call', 404, post({})],
    ['GET /services', '/services', 200],
    ['GET /sessions', '/sessions', 200],
    ['GET /services/{service}', '/services/echo', 426],
    ['GET /waits', '/waits', 200],
    ['GET /waits', '/waits?limit=x', 400],
    ['GET /healthz', '/healthz', 200],
    ['GET /readyz', '/readyz', 200],
    ['DELETE /sessions/{id}', '/sessions/s', 204, { method: 'DELETE' }],
  ])('tells what %s answers: %s %i', async (name, path, status, init) => {
    const answer = await fetch(running.http + path, init);
    expect(answer.status).toBe(status);
    const response = operationsOf(document).find((one) => one.name === name)?.operation.responses[`${status}`];
    expect(response).toBeDefined();
    if (status === 204) return;
    const body: unknown = await answer.json();
    expect(violations(document, response?.content?.['application/json']?.schema ?? {}, body)).toEqual([]);
    if (status >= 400) expect(api.errorCodes[status]).toHaveProperty((body as { error: { code: string } }).error.code);
  });
});
