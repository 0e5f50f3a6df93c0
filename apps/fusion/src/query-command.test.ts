import { createServer } from 'node:net';
import { once } from 'node:events';
import { silentLog } from '@syncytium/kit';
import { systemDeps } from '@syncytium/program';
import { expect, test } from 'vitest';
import { buildApp } from './app.js';
import { readConfig } from './config.js';
import { askServer, queryCommand } from './query-command.js';

test('a query is asked, its response printed, and its success told', async () => {
  const app = buildApp(readConfig({}, ['--rest', ':0', '--ws', ':0', '--bulk', ':0']), systemDeps(silentLog));
  const [url = ''] = await app.start();
  const { hostname: host, port } = new URL(url);
  const printed: string[] = [];
  const run = async (query: string): Promise<number | undefined> =>
    queryCommand.run?.(
      { query, rest: { host, port: Number(port) } },
      { ...systemDeps(silentLog), print: (line) => printed.push(line), signal: new AbortController().signal },
    );
  expect(await run('{"COUNT":{}}')).toBe(0);
  expect(await run('{"COUNT":')).toBe(1);
  expect(await run('{"CLEAR":{"_confirm":"IKnowWhatImDoing","_rsp":"none"}}')).toBe(0);
  expect(printed).toEqual(['{"COUNT_RSP":{}}', expect.stringContaining('FQL_RSP_ERR')]);
  await app.stop();
});

test('a server that is not there is named', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  await expect(askServer({ host: '127.0.0.1', port }, '{}')).rejects.toMatchObject({
    code: 'server_unreachable',
    message: `no fusion server answers at 127.0.0.1:${port} (ECONNREFUSED)`,
  });
});
