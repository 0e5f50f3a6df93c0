import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@syncytium/kit';
import { expect, test } from 'vitest';
import { historyMax, readHistory, writeHistory } from './history-file.js';
import { ShellSession } from './shell-session.js';

function startSession() {
  const asked: string[] = [];
  const printed: string[] = [];
  let now = 0;
  const session = new ShellSession({
    ask(query) {
      asked.push(query);
      now += 1.5;
      const answers: Record<string, string> = {
        '{"CLASSES":{}}': '{"CLASSES_RSP":[{"P":{"a":{}}}]}',
        '{"FIND":{"P":{}}}': '{"FIND_RSP":[{"P":{"a":1}}]}',
      };
      const text = answers[query.replaceAll(/\s/g, '')];
      return Promise.resolve({ isOk: text !== undefined, text: text ?? '{"FQL_RSP_ERR":{}}' });
    },
    print: (line) => void printed.push(line),
    clock: { ...systemClock, now: () => now },
  });
  return {
    session,
    asked,
    printed,
    type: async (...lines: string[]): Promise<string[]> => {
      for (const line of lines) await session.line(line);
      return printed.splice(0);
    },
  };
}

test('a query may take several lines, and its objects are a table unless JSON is wanted', async () => {
  const { session, asked, type } = startSession();
  expect(await type('{"FIND":', '  {"P":{}')).toEqual([]);
  expect(session.isOpen).toBe(true);
  expect(await type('}}')).toEqual(['a', '1', '(1 object)']);
  expect(session.isOpen).toBe(false);
  expect(asked).toEqual(['{"FIND":\n  {"P":{}\n}}']);
  expect(await type('\\format json', 'FIND {"P":{}}', '', '\\format table', 'FIND {"P":{}}')).toEqual([
    '{"FIND_RSP":[{"P":{"a":1}}]}',
    ...['a', '1', '(1 object)'],
  ]);
  expect(session.failures).toBe(0);
});

test('timing is shown when it is wanted', async () => {
  const { type } = startSession();
  expect(await type('\\timing on', 'FIND {"P":{}}')).toEqual(['a', '1', '(1 object)', '1.500 ms']);
  expect(await type('\\timing off', 'FIND {"P":{}}')).toEqual(['a', '1', '(1 object)']);
});

test('what fails is told and counted, and the next line is a new beginning', async () => {
  const { session, type } = startSession();
  expect(await type('{"NOTHING":{}}')).toEqual(['{"FQL_RSP_ERR":{}}']);
  expect(await type('hello')).toEqual([expect.stringContaining('\\help')]);
  expect(await type('\\timing', '\\format xml', '\\quit now please', '\\nothing')).toEqual([
    '\\timing is not used so; \\help tells how',
    '\\format is not used so; \\help tells how',
    '\\quit takes one word',
    'there is no \\nothing; \\help tells what there is',
  ]);
  await type('{"FIND":');
  session.end();
  expect(await type('FIND {"P":{}}')).toEqual(['the query does not end', 'a', '1', '(1 object)']);
  expect(session.failures).toBe(7);
});

test('help names every query, and quit ends', async () => {
  const { session, type } = startSession();
  expect((await type('\\help')).join('\n')).toMatch(/SERVER_INFO[^]*\\format[^]*\\timing/);
  expect(session.hasQuit).toBe(false);
  await type('\\quit');
  expect(session.hasQuit).toBe(true);
});

test('classes are known when asked for', async () => {
  const { session } = startSession();
  await session.learn();
  expect([...session.classes]).toEqual([['P', ['a']]]);
});

test('lines are kept for the next time, the newest of them, for their owner only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-shell-'));
  const path = join(folder, 'history');
  expect(await readHistory(path)).toEqual([]);
  const newestFirst = Array.from({ length: historyMax + 5 }, (_, i) => `line ${i}`);
  await writeHistory(path, newestFirst);
  expect(await readHistory(path)).toEqual(newestFirst.slice(0, historyMax));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await writeHistory(join(folder, 'none', 'history'), ['x']);
  await rm(folder, { recursive: true });
});
