import { UsageError } from '@syncytium/program';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfigFile, readConfigFile } from './config-file.js';
import { readConfig } from './config.js';
import { planInterfaces } from './interfaces.js';

describe('the command line', () => {
  test('may be empty: three interfaces on loopback', () => {
    const config = readConfig({}, []);
    expect(Object.isFrozen(config)).toBe(true);
    expect(planInterfaces(config, {})).toEqual({
      rest: { host: '127.0.0.1', port: 1981, bytesMax: 65_536 },
      standard: { host: '127.0.0.1', port: 1982, bytesMax: 65_536 },
      bulk: { host: '127.0.0.1', port: 1983, bytesMax: 8_388_608 },
    });
    expect(config).toMatchObject({ queueMax: 65_536, pollWindow: 0, config: undefined });
  });

  test('gives addresses and limits', () => {
    const argv = [
      '--rest',
      '0.0.0.0:80',
      '--ws',
      ':81',
      '--bulk',
      '82',
      '--rest-max',
      '8mb',
      '--ws-max',
      '64',
      '--bulk-max',
      '1gb',
    ];
    expect(planInterfaces(readConfig({}, argv), {})).toEqual({
      rest: { host: '0.0.0.0', port: 80, bytesMax: 8 * 2 ** 20 },
      standard: { host: '127.0.0.1', port: 81, bytesMax: 64 },
      bulk: { host: '127.0.0.1', port: 82, bytesMax: 2 ** 30 },
    });
  });

  test('goes before the environment', () => {
    const env = { SYNCYTIUM_FUSION_REST: ':1', SYNCYTIUM_FUSION_WS_MAX: '100' };
    expect(readConfig(env, ['--rest', ':2'])).toMatchObject({ rest: { port: 2 }, wsMax: 100 });
  });

  test.each([
    [['--rest-max', '63'], '--rest-max'],
    [['--rest-max', '9mb'], '--rest-max'],
    [['--ws-max', '3mb'], '--ws-max'],
    [['--bulk-max', '1mb'], '--bulk-max'],
    [['--rest', 'nowhere'], '--rest'],
    [['--poll-window', 'long'], '--poll-window'],
  ])('%j is refused and named', (argv, flag) => {
    expect(() => readConfig({}, argv)).toThrow(UsageError);
    expect(() => readConfig({}, argv)).toThrow(flag);
  });
});

describe('a configuration file', () => {
  const original = `{
    "mode": "objects",
    "kv": { "ws": { "ip": "127.0.0.1", "port": 1987, "maxRead": 64 } },
    "objects": {
      "restQuery": { "enabled": true, "ip": "10.0.0.1", "port": 2981, "maxRead": 1024 },
      "wsQuery": { "enabled": true, "ip": "127.0.0.1", "port": 1982, "maxRead": 2048 },
      "bulkStore": { "enabled": false, "ip": "127.0.0.1", "port": 1983, "maxRead": 8388608 }
    }
  }`;

  test("in the original's form says which interfaces to open, and where", () => {
    expect(planInterfaces(readConfig({}, []), parseConfigFile(original))).toEqual({
      rest: { host: '10.0.0.1', port: 2981, bytesMax: 1024 },
      standard: { host: '127.0.0.1', port: 1982, bytesMax: 2048 },
      bulk: undefined,
    });
  });

  test('stands behind flags; an address given opens what the file closes', () => {
    const config = readConfig({}, ['--rest', ':5', '--ws-max', '4kb', '--bulk', ':6']);
    expect(planInterfaces(config, parseConfigFile(original))).toEqual({
      rest: { host: '127.0.0.1', port: 5, bytesMax: 1024 },
      standard: { host: '127.0.0.1', port: 1982, bytesMax: 4096 },
      bulk: { host: '127.0.0.1', port: 6, bytesMax: 8_388_608 },
    });
  });

  test('may be short: what it leaves out is as without it', () => {
    const file = parseConfigFile('{"objects":{"wsQuery":{"enabled":false},"restQuery":{"port":5}}}');
    expect(planInterfaces(readConfig({}, []), file)).toMatchObject({
      rest: { host: '127.0.0.1', port: 5 },
      standard: undefined,
      bulk: { port: 1983 },
    });
    expect(parseConfigFile('{}')).toEqual({});
  });

  test('must leave REST or the standard WebSocket', () => {
    const file = parseConfigFile('{"objects":{"restQuery":{"enabled":false},"wsQuery":{"enabled":false}}}');
    expect(() => planInterfaces(readConfig({}, []), file)).toThrow('at least one of restQuery and wsQuery');
    expect(planInterfaces(readConfig({}, ['--ws', ':0']), file).rest).toBeUndefined();
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

  test('that is not there or not right is a wrong usage', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fusion-'));
    try {
      const path = join(folder, 'config.json');
      expect(() => readConfigFile(path)).toThrow(UsageError);
      expect(() => readConfigFile(path)).toThrow(`--config ${path} cannot be read (ENOENT)`);
      writeFileSync(path, '{"mode":"kv"}');
      expect(() => readConfigFile(path)).toThrow(`--config ${path}: mode must be "objects"`);
      writeFileSync(path, original);
      expect(readConfigFile(path)).toHaveProperty('rest.port', 2981);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
