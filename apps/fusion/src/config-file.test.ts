import { UsageError } from '@syncytium/program';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfigFile, readConfigFile } from './config-file.js';

test("a file of the original's form is read, without the sections of other modes", () => {
  expect(
    parseConfigFile(
      '{"mode":"objects","kv":{"ws":{}},"objects":{"restQuery":{"enabled":true,"ip":"10.0.0.1","port":1981,"maxRead":1024},"bulkStore":{"enabled":false}}}',
    ),
  ).toEqual({ rest: { enabled: true, ip: '10.0.0.1', port: 1981, maxRead: 1024 }, bulk: { enabled: false } });
  expect(parseConfigFile('{}')).toEqual({});
});

test.each([
  ['{', 'JSON'],
  ['[]', 'the file must be an object'],
  ['{"mode":"kv"}', 'mode must be "objects"'],
  ['{"objects":5}', 'objects must be an object'],
  ['{"objects":{"rest":{}}}', 'objects.rest is not known'],
  ['{"objects":{"__proto__":{}}}', 'objects.__proto__ is not known'],
  ['{"objects":{"restQuery":[]}}', 'objects.restQuery must be an object'],
  ['{"objects":{"restQuery":{"prot":1}}}', 'objects.restQuery.prot is not known'],
  ['{"objects":{"restQuery":{"enabled":1}}}', 'objects.restQuery.enabled'],
  ['{"objects":{"restQuery":{"ip":""}}}', 'objects.restQuery.ip'],
  ['{"objects":{"restQuery":{"port":65536}}}', 'objects.restQuery.port'],
  ['{"objects":{"restQuery":{"port":"80"}}}', 'objects.restQuery.port'],
  ['{"objects":{"restQuery":{"maxRead":63}}}', 'objects.restQuery.maxRead'],
  ['{"objects":{"wsQuery":{"maxRead":2097153}}}', 'objects.wsQuery.maxRead'],
  ['{"objects":{"bulkStore":{"maxRead":1024}}}', 'objects.bulkStore.maxRead'],
])('%s is refused, naming what is wrong', (contents, problem) => {
  expect(() => parseConfigFile(contents)).toThrow(problem);
});

test('a file that is not there or not right is a wrong usage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fusion-'));
  try {
    const path = join(folder, 'config.json');
    expect(() => readConfigFile(path)).toThrow(UsageError);
    expect(() => readConfigFile(path)).toThrow(`--config ${path} cannot be read (ENOENT)`);
    writeFileSync(path, '{"mode":"kv"}');
    expect(() => readConfigFile(path)).toThrow(`--config ${path}: mode must be "objects"`);
    writeFileSync(path, '{"objects":{"restQuery":{"port":2981}}}');
    expect(readConfigFile(path)).toHaveProperty('rest.port', 2981);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
