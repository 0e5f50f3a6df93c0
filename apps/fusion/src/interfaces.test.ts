import { expect, test } from 'vitest';
import { parseConfigFile } from './config-file.js';
import { readConfig } from './config.js';
import { planInterfaces } from './interfaces.js';

const original = `{
  "mode": "objects",
  "kv": { "ws": { "ip": "127.0.0.1", "port": 1987, "maxRead": 64 } },
  "objects": {
    "restQuery": { "enabled": true, "ip": "10.0.0.1", "port": 2981, "maxRead": 1024 },
    "wsQuery": { "enabled": true, "ip": "127.0.0.1", "port": 1982, "maxRead": 2048 },
    "bulkStore": { "enabled": false, "ip": "127.0.0.1", "port": 1983, "maxRead": 8388608 }
  }
}`;

test("a file in the original's form says which interfaces to open, and where", () => {
  expect(planInterfaces(readConfig({}, []), parseConfigFile(original))).toEqual({
    rest: { host: '10.0.0.1', port: 2981, bytesMax: 1024 },
    standard: { host: '127.0.0.1', port: 1982, bytesMax: 2048 },
    bulk: undefined,
  });
});

test('a file stands behind flags; an address given opens what the file closes', () => {
  const config = readConfig({}, ['--rest', ':5', '--ws-max', '4kb', '--bulk', ':6']);
  expect(planInterfaces(config, parseConfigFile(original))).toEqual({
    rest: { host: '127.0.0.1', port: 5, bytesMax: 1024 },
    standard: { host: '127.0.0.1', port: 1982, bytesMax: 4096 },
    bulk: { host: '127.0.0.1', port: 6, bytesMax: 8_388_608 },
  });
});

test('a file may be short: what it leaves out is as without it', () => {
  const file = parseConfigFile('{"objects":{"wsQuery":{"enabled":false},"restQuery":{"port":5}}}');
  expect(planInterfaces(readConfig({}, []), file)).toMatchObject({
    rest: { host: '127.0.0.1', port: 5 },
    standard: undefined,
    bulk: { port: 1983 },
  });
});

test('a file must leave REST or the standard WebSocket', () => {
  const file = parseConfigFile('{"objects":{"restQuery":{"enabled":false},"wsQuery":{"enabled":false}}}');
  expect(() => planInterfaces(readConfig({}, []), file)).toThrow('at least one of restQuery and wsQuery');
  expect(planInterfaces(readConfig({}, ['--ws', ':0']), file).rest).toBeUndefined();
});
