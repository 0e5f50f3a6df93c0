import { join } from 'node:path';
import { testRedis, type TestRedis } from '@syncytium/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPython } from './find-python.js';
import { root, runCommand, runProgram, type RunningProgram } from './run-program.js';

const any = '127.0.0.1:0';
const peer = join(root, 'e2e/peers/fxp_peer.py');
const python = findPython('redis');

const redis = await testRedis('fxp end to end');
afterAll(() => redis?.stop());

const brokers: [string, (real?: TestRedis) => Promise<string>][] = [
  ['the fxp program', startEmbedded],
  ...(redis ? [[redis.description, () => Promise.resolve(redis.url)] as [string, () => Promise<string>]] : []),
];

async function startEmbedded(): Promise<string> {
  const [url = ''] = await runProgram('fxp', ['--listen', any, '--http', any]).ready();
  return url;
}

/** The service's name is new in every test: the broker may be somebody else's. */
let run = 0;
const newService = (): string => `e2e_${process.pid}_${Date.now()}_${run++}`;

async function startEcho(url: string, service: string): Promise<RunningProgram> {
  const echo = runProgram('fxp', ['echo', '--redis', url, '--service', service]);
  await echo.line('stdout', /^provides /);
  return echo;
}

describe.each(brokers)('%s as a broker, end to end:', (_, connect) => {
  let url: string;
  let service: string;
  beforeAll(() => {
    service = newService();
  });

  test('a service of ours answers `fxp call`, and is listed', async () => {
    url = await connect();
    const echo = await startEcho(url, service);
    const listed = runProgram('fxp', ['providers', '--redis', url]);
    expect(await listed.exit()).toBe(0);
    expect(listed.stdout.join('\n')).toMatch(new RegExp(`^${service}\\s+1$`, 'm'));
    const call = runProgram('fxp', ['call', service, '{"time":0.1,"name":"ä"}', '--redis', url]);
    expect(await call.exit()).toBe(0);
    expect(JSON.parse(call.stdout.join(''))).toEqual({ time: 0.1, name: 'ä' });
    expect(await echo.exit('SIGTERM')).toBe(0);
  });

  test('a service that nobody provides is named', async () => {
    url = await connect();
    const call = runProgram('fxp', ['call', 'nobody_provides_this', '{}', '--redis', url]);
    expect(await call.exit()).toBe(1);
    expect(call.stderr.join('\n')).toBe('fxp: nobody provides the service nobody_provides_this');
  });

  test.skipIf(!python)("a requestor that knows only the original's table is served by ours", async () => {
    url = await connect();
    const own = newService();
    await startEcho(url, own);
    const requestor = runCommand(python!, [peer, 'requestor', new URL(url).port, own, 'session-1', '3']);
    expect(await requestor.exit(), requestor.stderr.join('\n')).toBe(0);
    expect(requestor.stdout.map((line) => JSON.parse(line) as unknown)).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
  });

  test.skipIf(!python)("a provider that knows only the original's table serves ours", async () => {
    url = await connect();
    const own = newService();
    const provider = runCommand(python!, [peer, 'provider', new URL(url).port, own]);
    await provider.line('stdout', /^registered$/);
    const call = runProgram('fxp', ['call', own, '{"n":41}', '--redis', url]);
    expect(await call.exit(), call.stderr.join('\n')).toBe(0);
    expect(JSON.parse(call.stdout.join(''))).toEqual({ n: 42 });
  });
});

describe('the gateway', () => {
  test('shows services, sessions and who waits, and serves a requestor without a Redis client', async () => {
    const program = runProgram('fxp', ['--listen', any, '--http', any]);
    const [broker = '', http = ''] = await program.ready();
    await startEcho(broker, 'json_echo');
    const get = async (path: string): Promise<unknown> => (await fetch(http + path)).json();
    expect(await get('/services')).toEqual({ services: [{ name: 'json_echo', providers: 1 }] });

    const post = async (path: string, body: unknown): Promise<Response> =>
      fetch(http + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const opened = (await (await post('/services/json_echo/sessions', {})).json()) as { id: string };
    expect(opened.id).toEqual(expect.any(String));
    const answer = await post(`/sessions/${opened.id}/call`, { hello: 'world' });
    expect([answer.status, await answer.json()]).toEqual([200, { hello: 'world' }]);
    expect(await get('/sessions')).toMatchObject({ sessions: [{ id: opened.id, service: 'json_echo' }] });

    // The provider waits for the next input, and is said to wait for that requestor.
    const { waits } = (await get('/waits')) as { waits: { what: string; whom: string[] }[] };
    expect(waits).toEqual([
      expect.objectContaining({ what: expect.stringContaining(`${opened.id}__json_echo__req2pro`) as string }),
    ]);
    expect(await program.exit('SIGTERM')).toBe(0);
  });
});

test('a Redis that is not there is one line and exit code 1', async () => {
  const program = runProgram('fxp', ['--redis', 'redis://127.0.0.1:1', '--http', any]);
  expect(await program.exit()).toBe(1);
  expect(program.stderr).toEqual(['fxp: Redis at 127.0.0.1:1 cannot be reached: connection refused']);
});
