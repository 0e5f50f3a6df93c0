import { silentLog } from '@syncytium/kit';
import { systemDeps } from '@syncytium/program';
import { register } from '@syncytium/thynapse';
import { documentProblems, operationsOf, violations, type OpenApiDocument } from '@syncytium/transport/openapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../app.js';
import { readConfig } from '../config.js';

const app = buildApp(readConfig({}, ['transmitter', '0', '--http', ':0']), systemDeps(silentLog));
let [command, event, http] = ['', '', ''];
let document: OpenApiDocument;
beforeAll(async () => {
  [command = '', event = '', http = ''] = await app.start();
  document = (await (await fetch(`${http}/openapi.json`)).json()) as OpenApiDocument;
});
afterAll(() => app.stop());

describe('the OpenAPI document', () => {
  test('keeps to OpenAPI 3.1, and has every path', () => {
    expect(documentProblems(document)).toEqual([]);
    expect(Object.keys(document.paths).sort()).toEqual(
      ['/healthz', '/metrics', '/openapi.json', '/readyz', '/topology', '/waits'].sort(),
    );
  });

  test('tells what the paths answer, with a task in hand and another transmitter within reach', async () => {
    const flags = ['--http', ':0', '--peer', event];
    const other = buildApp(readConfig({}, ['transmitter', '0', ...flags]), systemDeps(silentLog));
    const [elsewhere = ''] = await other.start();
    await using mail = await register('mail', elsewhere);
    await using web = await register('web', command);
    let taken: (() => void) | undefined;
    const isTaken = new Promise<void>((resolve) => (taken = resolve));
    let release: (() => void) | undefined;
    await mail.on('send', () => {
      taken?.();
      return new Promise<void>((resolve) => (release = resolve));
    });
    const request = web.request('send');
    await isTaken;
    expect(await ask('/topology')).toMatchObject({ transmitters: [{ isReachable: true }] });
    expect(await ask('/waits')).toMatchObject({ waits: [{ details: { service: 'mail', attempt: 1 } }] });
    for (const { name, operation } of operationsOf(document).filter(({ name }) => !name.endsWith('/metrics'))) {
      const schema = operation.responses['200']?.content?.['application/json']?.schema;
      expect(violations(document, schema ?? {}, await ask(name.replace('GET ', ''))), name).toEqual([]);
    }
    release?.();
    await request;
    await other.stop();
  });
});

async function ask(path: string): Promise<unknown> {
  const answer = await fetch(http + path);
  expect(answer.status).toBe(200);
  return answer.json();
}
