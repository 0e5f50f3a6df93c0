import { Provider } from '@syncytium/fxp';
import { createHttpHost, defaultErrorStatus } from '@syncytium/transport/http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorStatus } from '../errors.js';
import { gatewayRoutes } from '../gateway-routes.js';
import { sessionFields } from '../session-request.js';
import { startApp, type RunningApp } from '../testing/start-app.js';
import { errorCodes } from './error-codes.js';
import { openApiRoute } from './openapi-route.js';
import type { OpenApiDocument, Operation, Schema } from './types.js';

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

function operations(): { readonly name: string; readonly operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );
}

/** Where a value is not as a schema says; empty when it is. */
function violations(schema: Schema, value: unknown, at = '$'): string[] {
  if (schema.$ref !== undefined) return violations(resolve(schema.$ref), value, at);
  if (schema.oneOf)
    return schema.oneOf.some((one) => violations(one, value, at).length === 0) ? [] : [`${at} fits none`];
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const isRight = types.some((each) => each === type || (each === 'integer' && Number.isInteger(value)));
  if (types.length > 0 && !isRight) return [`${at} is ${type}`];
  if (schema.enum && !schema.enum.includes(value as string)) return [`${at} is ${String(value)}`];
  if (Array.isArray(value)) return value.flatMap((each, i) => violations(schema.items ?? {}, each, `${at}[${i}]`));
  if (type !== 'object') return [];
  const object = value as Readonly<Record<string, unknown>>;
  const missing = (schema.required ?? []).filter((name) => !(name in object)).map((name) => `${at} lacks ${name}`);
  const wrong = Object.entries(object).flatMap(([name, each]) => {
    const known = schema.properties?.[name];
    if (known) return violations(known, each, `${at}.${name}`);
    return schema.additionalProperties === false ? [`${at} has ${name}`] : [];
  });
  return [...missing, ...wrong];
}

function resolve(reference: string): Schema {
  const schema = document.components.schemas[reference.replace('#/components/schemas/', '')];
  if (!schema) throw new Error(`there is no ${reference}`);
  return schema;
}

describe('the OpenAPI document', () => {
  test('is one of OpenAPI 3.1, whose references lead somewhere', () => {
    expect(document.openapi).toBe('3.1.0');
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(10);
    for (const [, reference = ''] of references) expect(resolve(reference)).toBeDefined();
    for (const { name, operation } of operations())
      for (const [, parameter = ''] of name.matchAll(/\{(\w+)\}/g))
        expect(operation.parameters?.some(({ in: where, name }) => where === 'path' && name === parameter)).toBe(true);
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
        openApiRoute(app, '0.0.0');
      },
    });
    await host.start();
    await host.stop();
    const others = ['/healthz', '/readyz', '/metrics', '/waits', '/services/{service}'].map((path) => `GET ${path}`);
    expect(
      operations()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...routes, ...others].sort());
  });

  test('has what can be said of a session', () => {
    expect(Object.keys(resolve('#/components/schemas/SessionRequest').properties ?? {}).sort()).toEqual(
      [...sessionFields].sort(),
    );
  });

  test('has every error code that the code knows, under its status', () => {
    const statuses: Readonly<Record<string, number>> = { ...defaultErrorStatus, ...errorStatus };
    // Nobody is there to be answered.
    const told = Object.entries(statuses).filter(([code]) => code !== 'aborted');
    for (const [code, status] of told) expect(errorCodes[status], code).toHaveProperty(code);
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
    const response = operations().find((one) => one.name === name)?.operation.responses[`${status}`];
    expect(response).toBeDefined();
    if (status === 204) return;
    const body: unknown = await answer.json();
    expect(violations(response?.content?.['application/json']?.schema ?? { type: 'none' }, body)).toEqual([]);
    if (status >= 400) expect(errorCodes[status]).toHaveProperty((body as { error: { code: string } }).error.code);
  });

  test('would not fit other answers', () => {
    const services = resolve('#/components/schemas/Services');
    expect(violations(services, { services: [{ name: 'x', providers: [], foreign: '1' }] })).toEqual([
      '$.services[0].foreign is string',
    ]);
    expect(violations(services, {})).toEqual(['$ lacks services']);
  });
});
