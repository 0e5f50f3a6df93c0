import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Inbox } from '@syncytium/testkit';
import { expect, test } from 'vitest';
import { anyPort } from './any-ports.js';
import { findPython } from './find-python.js';
import { root, runProgram } from './run-program.js';
import { Terminal } from './terminal.js';

const python = findPython('pty');
const prompt = /fusion> $/;

async function startWithPeople(): Promise<string> {
  const [url = ''] = await runProgram('fusion', ['--rest', anyPort, '--ws', anyPort, '--bulk', anyPort]).ready();
  const ask = (query: object) => fetch(url, { method: 'POST', body: JSON.stringify(query) });
  await ask({ CREATE_CLASSES: { Person: { name: 'string', nation: 'string', age: 'uint' } } });
  await ask({ STORE: { _class: 'Person', _objects: [{ name: 'Ada', age: 36 }, { name: 'Emmy' }] } });
  return new URL(url).host;
}

/** Runs a shell that keeps its history in a file. */
function startShell(host: string, history: string): Terminal {
  const bin = join(root, 'apps', 'fusion', 'bin', 'fusion.js');
  return new Terminal(python ?? '', [process.execPath, bin, 'shell', '--rest', host, '--history', history]);
}

test.skipIf(!python)('`fusion shell` on a terminal completes, remembers, forgets and ends as keys say', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-shell-'));
  const history = join(folder, 'history');
  const terminal = startShell(await startWithPeople(), history);
  await terminal.shows(/^fusion at .*\\help.*\s+fusion> $/);

  await terminal.type('FI', /FI$/);
  await terminal.type('\t', /ND$/);
  await terminal.type(' {"Per', /Per$/);
  await terminal.type('\t', /son$/);
  await terminal.type('":{"n', /n$/);
  // As far as they agree, then all there are.
  await terminal.type('\t', /a$/);
  expect(await terminal.type('\t', /fusion> FIND \{"Person":\{"na$/)).toMatch(/name +nation\b/);
  await terminal.type('m', /m$/);
  await terminal.type('\t', /e$/);
  await terminal.type('":"Ada"}}', /"Ada"\}\}$/);
  expect(await terminal.type('\r', prompt)).toMatch(/name +age +_oid\s+Ada +36 +[-\da-f]{36}\s+\(1 object\)/);

  await terminal.type('find {"Person":\r', / {3}\.\.\.> $/);
  expect(await terminal.type('{}}\r', prompt)).toMatch(/Emmy[^]*\(2 objects\)/);
  // A query over two lines comes back as one; the one before it is above.
  await terminal.type('\u001b[A', /fusion> find \{"Person": \{\}\}$/);
  await terminal.type('\u001b[A', /fusion> FIND \{"Person":\{"name":"Ada"\}\}$/);
  expect(await terminal.type('\r', prompt)).toContain('(1 object)');

  await terminal.type('FIND {"Pers', /Pers$/);
  expect(await terminal.type('\u0003', prompt)).toContain('^C');
  await terminal.type('COUNT\r', /\{"COUNT_RSP":\{"Person":\{"_cnt":2\}\}\}\s+fusion> $/);
  await terminal.type('COUNT {"Nobody":{}}\r', /error 1000, Class does not exist: Nobody\s+fusion> $/);

  await terminal.type('\u0004', /^\s+$/);
  expect(await terminal.program.exit()).toBe(0);
  const ada = 'FIND {"Person":{"name":"Ada"}}';
  const typed = [ada, 'find {"Person": {}}', ada, 'COUNT', 'COUNT {"Nobody":{}}'];
  expect(await readFile(history, 'utf8')).toBe(typed.map((line) => `${line}\n`).join(''));
  await rm(folder, { recursive: true });
});

test.skipIf(!python)('Ctrl-C ends the wait for an answer, and the shell goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-shell-'));
  const asked = new Inbox<string>();
  // Knows no classes, and never counts to the end.
  const server = createServer((request, response) => {
    void text(request).then((query) => {
      if (query.includes('COUNT')) asked.put(query);
      else response.end('{"CLASSES_RSP":[]}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const terminal = startShell(`127.0.0.1:${port}`, join(folder, 'history'));
  await terminal.shows(prompt);
  await terminal.type('COUNT\r', /COUNT/);
  expect(await asked.next()).toBe('{"COUNT":{}}');
  expect(await terminal.type('\u0003', prompt)).toContain('the server may carry out the query');
  expect(await terminal.type('CLASSES\r', prompt)).toContain('{"CLASSES_RSP":[]}');
  await terminal.type('\u0004', /^\s+$/);
  expect(await terminal.program.exit()).toBe(0);
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});
