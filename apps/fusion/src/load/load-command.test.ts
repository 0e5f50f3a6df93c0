import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startServer } from '../testing/start-server.js';

let server: Awaited<ReturnType<typeof startServer>>;
let folder = '';
let noted: string[] = [];

beforeAll(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), 'fusion-load-'));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  noted = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => noted.push(String(text)) > 0);
  await server.ask({ CLEAR: { _confirm: 'IKnowWhatImDoing' } });
  await server.ask({ CREATE_CLASSES: { Person: { name: 'string', age: 'uint' } } });
});

async function fileOf(name: string, contents: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, contents);
  return path;
}

const people = Array.from({ length: 5000 }, (_, i) => ({ name: `name ${i}`, age: i }));
const lines = people.map((person) => JSON.stringify(person));

async function count(): Promise<unknown> {
  return server.ask({ COUNT: { Person: {} } });
}

describe.each([
  ['over Bulk', (): string[] => ['--bulk', server.bulk]],
  ['over REST', (): string[] => ['--rest', server.rest]],
])('%s', (_, where) => {
  test('lines, an array and a STORE query are stored, in as many queries as it takes', async () => {
    const files = [
      await fileOf('lines.ndjson', lines.join('\n')),
      await fileOf('array.json', JSON.stringify(people)),
      await fileOf('query.json', JSON.stringify({ STORE: { _class: 'Person', _objects: people } })),
    ];
    for (const [i, file] of files.entries()) {
      const flags = [...(i < 2 ? ['--class', 'Person'] : []), '--batch-bytes', '10kb', ...where()];
      const { code, printed } = await server.run('load', file, ...flags);
      expect(code).toBe(0);
      expect(printed).toEqual([expect.stringMatching(/^stored 5,000 objects in [\d.]+ s \([\d,]+\/s\), refused 0$/)]);
      expect(await count()).toEqual({ COUNT_RSP: { Person: { _cnt: 5000 * (i + 1) } } });
    }
    expect(await server.ask({ COUNT: { Person: { name: 'name 4999', age: 4999 } } })).toEqual({
      COUNT_RSP: { Person: { _cnt: 3 } },
    });
    expect(noted).toEqual([]);
  });

  test.each([
    ['lines', 'marked.ndjson', lines.slice(0, 3).join('\n')],
    ['an array', 'marked.json', JSON.stringify(people.slice(0, 3))],
  ])('%s may begin with a byte order mark', async (_, name, text) => {
    const { code } = await server.run('load', await fileOf(name, `\ufeff${text}`), '--class', 'Person', ...where());
    expect([code, noted]).toEqual([0, []]);
    expect(await count()).toEqual({ COUNT_RSP: { Person: { _cnt: 3 } } });
  });

  test('objects that are wrong are named by line, and all others stored', async () => {
    const some = lines.slice(0, 1000);
    some[10] = '{"name":7}';
    some[500] = '{"name":"x","town":"y"}';
    some[700] = '{"name":"twice","name":"x"}';
    some[800] = '{"name":}';
    some[900] = 'nothing';
    some[950] = '{"name":"no UTF-8: \xff"}';
    const file = await fileOf('wrong.ndjson', Buffer.from(some.join('\n'), 'latin1'));
    const { code, printed } = await server.run('load', file, '--class', 'Person', '--batch-bytes', '4kb', ...where());
    expect(code).toBe(1);
    expect(printed).toEqual([expect.stringMatching(/^stored 994 objects .*, refused 6$/)]);
    expect(noted.map((line) => line.replace(/: .*\n/, '')).sort()).toEqual(
      ['line 11', 'line 501', 'line 701', 'line 801', 'line 901', 'line 951'].sort(),
    );
    expect(noted.find((line) => line.startsWith('line 11:'))).toMatch('error 1102, Type differs from the definition: ');
    expect(await count()).toEqual({ COUNT_RSP: { Person: { _cnt: 994 } } });
  });

  test('a class that the file defines is created, and no class twice', async () => {
    const query = { STORE: { _class: { Place: { city: 'string' } }, _objects: [{ city: 'Bath' }, { city: 'Rome' }] } };
    const file = await fileOf('places.json', JSON.stringify(query));
    expect(await server.run('load', file, ...where())).toMatchObject({ code: 0 });
    expect(await server.ask({ COUNT: { Place: {} } })).toEqual({ COUNT_RSP: { Place: { _cnt: 2 } } });
    await expect(server.run('load', file, ...where())).rejects.toMatchObject({
      code: 'load_refused',
      message: 'at line 1: error 1001, Class already exists: Place; --class stores into it',
    });
    expect(await server.run('load', file, '--class', 'Place', ...where())).toMatchObject({ code: 0 });
    expect(await server.ask({ COUNT: { Place: {} } })).toEqual({ COUNT_RSP: { Place: { _cnt: 4 } } });
  });

  test('a class that is not there ends the load at once', async () => {
    const file = await fileOf('lines.ndjson', lines.join('\n'));
    await expect(server.run('load', file, '--class', 'Nobody', ...where())).rejects.toMatchObject({
      code: 'load_refused',
      message: 'at line 1: error 1000, Class does not exist: Nobody',
    });
  });
});

test('a file that is wrong further on is loaded up to there', async () => {
  const file = await fileOf('cut.json', `[${lines.slice(0, 3).join(',\n')}`);
  await expect(server.run('load', file, '--class', 'Person', '--bulk', server.bulk)).rejects.toMatchObject({
    code: 'bad_load_file',
    message: 'line 3: the file ends before its objects do',
  });
  expect(await count()).toEqual({ COUNT_RSP: { Person: { _cnt: 3 } } });
});

test('a file of which nothing is right is not told to its end', async () => {
  const file = await fileOf('nothing.ndjson', 'x\n'.repeat(1000));
  await expect(server.run('load', file, '--class', 'Person', '--bulk', server.bulk)).rejects.toMatchObject({
    code: 'load_stopped',
    message: 'stopped, as 100 objects were refused',
  });
});

test('without a class, or a file, the usage is wrong', async () => {
  const array = await fileOf('array.json', '[{}]');
  await expect(server.run('load', array, '--bulk', server.bulk)).rejects.toThrow('--class is needed');
  await expect(server.run('load', join(folder, 'none.json'))).rejects.toThrow('cannot be read (ENOENT)');
  await expect(server.run('load', folder)).rejects.toThrow('is no file');
});

test('a server that closes the connection is named', async () => {
  const long = JSON.stringify({ name: 'x'.repeat(2 ** 20) });
  const file = await fileOf('long.ndjson', Array.from({ length: 10 }, () => long).join('\n'));
  const flags = ['--class', 'Person', '--bulk', server.bulk, '--batch-bytes', '9mb'];
  await expect(server.run('load', file, ...flags)).rejects.toMatchObject({
    code: 'server_unreachable',
    message: expect.stringContaining('closed the connection with 1009, a query was longer than it takes') as string,
  });
});
