import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TypedHistory } from './typed-history.js';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'fusion-history-'))));
afterAll(() => rm(folder, { recursive: true }));

/** Lines as readline keeps them, and what it tells. */
function startTyping(history = new TypedHistory(join(folder, 'history'))) {
  const newestFirst: string[] = [];
  return {
    history,
    newestFirst,
    type: (line: string): void => {
      // As readline does, which keeps no line twice in a row.
      if (line === '' || newestFirst[0] === line) return;
      newestFirst.unshift(line);
      history.take(newestFirst);
    },
  };
}

test('a query over several lines comes back as one', () => {
  const { history, newestFirst, type } = startTyping();
  type('COUNT');
  history.enter('COUNT', true);
  const lines = ['{"FIND":', '  {"P":', '{}', '}', '}'];
  for (const line of lines) type(line);
  lines.forEach((line, i) => history.enter(line, i === lines.length - 1));
  expect(newestFirst).toEqual(['{"FIND": {"P": {} } }', 'COUNT']);
});

test('what was typed ahead stays the newest, and what was forgotten stays as it is', () => {
  const { history, newestFirst, type } = startTyping();
  for (const line of ['{"FIND":', '{"COUNT":', '{}}', 'CLASSES']) type(line);
  history.enter('{"FIND":', false);
  history.forget();
  history.enter('{"COUNT":', false);
  history.enter('{}}', true);
  history.enter('CLASSES', true);
  expect(newestFirst).toEqual(['CLASSES', '{"COUNT": {}}', '{"FIND":']);
});

test('is kept where something was typed', async () => {
  const { history, type } = startTyping();
  await history.write();
  expect(await history.read()).toEqual([]);
  type('COUNT');
  await history.write();
  expect(await readFile(join(folder, 'history'), 'utf8')).toBe('COUNT\n');
  expect(await history.read()).toEqual(['COUNT']);
});
