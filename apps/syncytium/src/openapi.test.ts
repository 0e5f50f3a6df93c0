import { silentLog } from '@syncytium/kit';
import { systemDeps } from '@syncytium/program';
import { documentProblems, operationsOf, violations, type OpenApiDocument } from '@syncytium/transport/openapi';
import { expect, test } from 'vitest';
import { buildApp } from './app.js';
import { readConfig } from './read-config.js';

test('the OpenAPI document tells what is answered for all servers, while somebody waits', async () => {
  const app = buildApp(readConfig({}, ['--only', 'netsync', '--http', ':0', '--netsync', ':0']), systemDeps(silentLog));
  const [http = '', netsync = ''] = await app.start();
  const leaving = new AbortController();
  const waiting = fetch(`${netsync}/event?event=coin&actor=VM`, { signal: leaving.signal });
  const ask = async (path: string): Promise<unknown> => (await fetch(http + path)).json();
  const waits = async () => (await ask('/waits')) as { waits: { who: string }[] };
  while ((await waits()).waits.length === 0);

  const document = (await ask('/openapi.json')) as OpenApiDocument;
  expect(documentProblems(document)).toEqual([]);
  expect(Object.keys(document.paths).sort()).toEqual(['/healthz', '/metrics', '/openapi.json', '/readyz', '/waits']);
  expect(await waits()).toMatchObject({ waits: [{ who: 'VM' }] });
  for (const { name, operation } of operationsOf(document).filter(({ name }) => !name.endsWith('/metrics'))) {
    const schema = operation.responses['200']?.content?.['application/json']?.schema;
    expect(violations(document, schema ?? {}, await ask(name.replace('GET ', ''))), name).toEqual([]);
  }
  leaving.abort();
  await expect(waiting).rejects.toThrow('aborted');
  await app.stop();
});
