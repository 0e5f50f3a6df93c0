import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisServerPath, startRedisServer, testRedis, type TestRedis } from '@syncytium/testkit';
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
  const echo = runProgram('fxp', ['echo', '--redis', url, '--service', service, '--drain', '0s']);
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
    // It has nothing of ours: the session was the original's, and an acknowledged one is refused.
    const acknowledged = runProgram('fxp', ['call', own, '{"n":1}', '--acknowledge', '--redis', url]);
    expect(await acknowledged.exit()).toBe(1);
    expect(acknowledged.stderr.join('\n')).toMatch(new RegExp(`nobody provides the service ${own} and acknowledges`));
  });

  test.skipIf(!python)(
    "of two providers of ours, one serves a requestor that knows only the original's table",
    async () => {
      url = await connect();
      const own = newService();
      const echoes = [await startEcho(url, own), await startEcho(url, own)];
      // With two of them, the original's requestors find the service, too.
      const requestor = runCommand(python!, [peer, 'requestor', new URL(url).port, own, 'session-2', '50']);
      expect(await requestor.exit(), requestor.stderr.join('\n')).toBe(0);
      const answers = requestor.stdout.map((line) => JSON.parse(line) as { n: number });
      expect(answers.map(({ n }) => n)).toEqual(Array.from({ length: 50 }, (_, n) => n));
      const begun = await Promise.all(
        echoes.map(async (echo) => {
          await echo.exit('SIGTERM');
          return echo.stderr.filter((line) => line.includes('session begins')).length;
        }),
      );
      expect(begun.sort()).toEqual([0, 1]);
    },
  );

  test.skipIf(!python)("a provider of ours leaves sessions to one that knows only the original's table", async () => {
    url = await connect();
    const own = newService();
    const echo = await startEcho(url, own);
    const provider = runCommand(python!, [peer, 'provider', new URL(url).port, own]);
    await provider.line('stdout', /^registered$/);
    const call = runProgram('fxp', ['call', own, '{"n":1}', '--redis', url]);
    expect(await call.exit(), call.stderr.join('\n')).toBe(0);
    expect(call.stdout).toEqual(['{"n":2}']);
    await echo.line('stderr', /left to a provider of another kind/);
    await echo.exit('SIGTERM');
    expect(echo.stderr.join('\n')).not.toContain('session begins');
  });

  test('a session served by a command is recorded, and replayed without a difference', async () => {
    url = await connect();
    const own = newService();
    const worker = runProgram('fxp', ['work', own, '--exec', 'cat', '--redis', url]);
    await worker.line('stdout', /^provides /);
    const file = join(mkdtempSync(join(tmpdir(), 'fxp-e2e-')), 'session.ndjson');
    const recorder = runProgram('fxp', ['record', own, file, '--redis', url]);
    await recorder.line('stdout', /^records /);
    const caller = runFxpReading(['call', own, '-', '--id', own, '--acknowledge', '--window', '4', '--redis', url]);
    const inputs = Array.from({ length: 20 }, (_, n) => JSON.stringify({ n, x: n / 3 }));
    caller.process.stdin?.end(inputs.join('\n'));
    expect(await caller.exit(), caller.stderr.join('\n')).toBe(0);
    expect(caller.stdout).toEqual(inputs);
    expect(await recorder.exit(), recorder.stderr.join('\n')).toBe(0);
    expect(recorder.stdout.at(-1)).toBe(`recorded 20 inputs and 20 outputs of ${own}/${own}`);
    const replayed = runProgram('fxp', ['replay', file, '--redis', url]);
    expect(await replayed.exit(), replayed.stdout.join('\n')).toBe(0);
    const differing = readFileSync(file, 'utf8').replace('"provider","item":{"n":3,', '"provider","item":{"n":4,');
    writeFileSync(file, differing);
    const again = runProgram('fxp', ['replay', file, '--redis', url]);
    expect(await again.exit()).toBe(1);
    expect(again.stdout[0]).toBe('output 4: $.n is 3, was 4');
  });

  test('a provider that is told to stop finishes its session, and takes no more', async () => {
    url = await connect();
    const own = newService();
    const worker = runProgram('fxp', ['work', own, '--exec', 'cat', '--name', 'leaving', '--redis', url]);
    await worker.line('stdout', /^provides /);
    const caller = runFxpReading(['call', own, '-', '--redis', url]);
    caller.process.stdin?.write('{"n":1}\n');
    await caller.line('stdout', /"n":1/);
    worker.process.kill('SIGTERM');
    await worker.line('stderr', /draining/);
    const listed = runProgram('fxp', ['providers', own, '--redis', url]);
    expect(await listed.exit()).toBe(0);
    expect(listed.stdout[1]).toMatch(/^leaving .* 1\/1000 .* draining$/);
    const late = runProgram('fxp', ['call', own, '{}', '--redis', url]);
    expect(await late.exit()).toBe(1);
    caller.process.stdin?.end('{"n":2}\n');
    expect(await caller.exit(), caller.stderr.join('\n')).toBe(0);
    expect(caller.stdout).toEqual(['{"n":1}', '{"n":2}']);
    expect(await worker.exit(), worker.stderr.join('\n')).toBe(0);
  });
});

/** `fxp` with a standard input to write to. */
function runFxpReading(args: readonly string[]): RunningProgram {
  return runCommand(process.execPath, [join(root, 'apps/fxp/bin/fxp.js'), ...args], {}, root, 'pipe');
}

describe('the gateway', () => {
  test('shows services, sessions and who waits, and serves a requestor without a Redis client', async () => {
    const program = runProgram('fxp', ['--listen', any, '--http', any]);
    const [broker = '', http = ''] = await program.ready();
    await startEcho(broker, 'json_echo');
    const get = async (path: string): Promise<unknown> => (await fetch(http + path)).json();
    expect(await get('/services')).toMatchObject({
      services: [{ name: 'json_echo', providers: [{ sessions: 0, capacity: 1000, draining: false }], foreign: 0 }],
    });

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
    expect(await get('/sessions')).toMatchObject({
      sessions: [{ id: opened.id, service: 'json_echo', claim: { provider: expect.any(String) as string } }],
    });

    // The provider waits for the next input, and is said to wait for that requestor.
    const { waits } = (await get('/waits')) as { waits: { what: string; whom: string[] }[] };
    expect(waits).toEqual([
      expect.objectContaining({ what: expect.stringContaining(`${opened.id}__json_echo__req2pro`) as string }),
    ]);
    expect(await program.exit('SIGTERM')).toBe(0);
  });
});

test.skipIf(redisServerPath() === undefined)('a gateway is ready while its Redis is there', async () => {
  const server = await startRedisServer();
  const program = runProgram('fxp', ['--redis', server.url, '--http', any]);
  const [http = ''] = await program.ready();
  expect((await fetch(`${http}/readyz`)).status).toBe(200);
  await server.stop();
  const response = await fetch(`${http}/readyz`);
  const { error } = (await response.json()) as { error: { message: string } };
  expect([response.status, error.message]).toEqual([503, expect.stringContaining(`Redis at 127.0.0.1:${server.port}`)]);
  expect((await fetch(`${http}/healthz`)).status).toBe(200);
  const again = await startRedisServer({ args: ['--port', `${server.port}`] });
  while ((await fetch(`${http}/readyz`)).status !== 200);
  expect(await program.exit('SIGTERM')).toBe(0);
  await again.stop();
});

test('a Redis that is not there is one line and exit code 1', async () => {
  const program = runProgram('fxp', ['--redis', 'redis://127.0.0.1:1', '--http', any]);
  expect(await program.exit()).toBe(1);
  expect(program.stderr).toEqual(['fxp: Redis at 127.0.0.1:1 cannot be reached: connection refused']);
});
