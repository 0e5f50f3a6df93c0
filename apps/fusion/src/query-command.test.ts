import { freePort } from '@syncytium/testkit';
import { expect, test } from 'vitest';
import { askServer } from './query-command.js';
import { startServer } from './testing/start-server.js';

test('a query is asked, its response printed, and its success told', async () => {
  const server = await startServer();
  const query = (text: string) => server.run('query', text, '--rest', server.rest);
  expect(await query('{"COUNT":{}}')).toEqual({ code: 0, printed: ['{"COUNT_RSP":{}}'] });
  const failed = { code: 1, printed: [expect.stringContaining('FQL_RSP_ERR')] };
  expect(await query('{"COUNT":')).toEqual(failed);
  expect(await query('{"CLEAR":{"_confirm":"IKnowWhatImDoing","_rsp":"none"}}')).toEqual({ code: 0, printed: [] });
  await server.stop();
});

test('a server that is not there is named', async () => {
  const port = await freePort();
  await expect(askServer({ host: '127.0.0.1', port }, '{}')).rejects.toMatchObject({
    code: 'server_unreachable',
    message: `no fusion server answers at 127.0.0.1:${port} (ECONNREFUSED)`,
  });
});
