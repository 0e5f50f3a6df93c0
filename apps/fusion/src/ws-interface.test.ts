import { silentLog } from '@syncytium/kit';
import { systemDeps } from '@syncytium/program';
import { Inbox, watchForcedCollections } from '@syncytium/testkit';
import { connectWs } from '@syncytium/transport/ws';
import { expect, test } from 'vitest';
import { buildApp } from './app.js';
import { readConfig } from './config.js';

test('what a long query was received in is collected while it is young', async () => {
  const flags = ['--rest', ':0', '--ws', ':0', '--bulk', ':0', '--bulk-max', '16mb', '--threads', '0'];
  const app = buildApp(readConfig({}, flags), systemDeps(silentLog));
  const [, , bulk = ''] = await app.start();
  const forced = watchForcedCollections();
  const answers = new Inbox<string>();
  const client = await connectWs(bulk, { onMessage: (data) => answers.put(data.toString()) });
  client.send(JSON.stringify({ STORE: { _class: 'Nobody', _objects: [{ a: 'x'.repeat(9 * 2 ** 20) }] } }));
  expect(await answers.next()).toContain('STORE_RSP_ERR');
  expect(await forced.took.next()).toBeGreaterThan(0);
  forced.stop();
  await app.stop();
});
