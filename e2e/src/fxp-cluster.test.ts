import { redisServerPath, startRedisServer, type RedisServer } from '@syncytium/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RedisControl } from './redis-control.js';
import { runProgram, type RunningProgram } from './run-program.js';

const isInstalled = redisServerPath() !== undefined;
if (!isInstalled) console.log('FXP over a cluster: no redis-server on the PATH: skipped');

describe.skipIf(!isInstalled)('over a cluster of three redis-servers', () => {
  let servers: RedisServer[] = [];
  let url = '';

  beforeAll(async () => {
    const args = ['--cluster-enabled', 'yes'];
    servers = await Promise.all(Array.from({ length: 3 }, () => startRedisServer({ args })));
    await formCluster(servers);
    url = `${servers[0]!.url}?cluster=true`;
  }, 60_000);

  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  async function startEcho(name: string): Promise<RunningProgram> {
    const echo = runProgram('fxp', ['echo', '--service', 'spread', '--name', name, '--redis', url]);
    await echo.line('stdout', /^provides /);
    return echo;
  }

  test('sessions of every mode are served, whichever node their keys are on', async () => {
    await startEcho('one');
    await startEcho('two');
    const listed = runProgram('fxp', ['providers', 'spread', '--redis', url]);
    expect(await listed.exit(), listed.stderr.join('\n')).toBe(0);
    expect(listed.stdout.slice(1).map((line) => line.split(' ')[0])).toEqual(['one', 'two']);
    const flags = [[], ['--acknowledge'], ['--plain']];
    // Ids enough that each node has keys of some.
    const calls = flags.flatMap((mode) => ['a', 'b', 'c'].map((id) => [...mode, '--id', `${id}${mode.join('')}`]));
    for (const flags of calls) {
      const call = runProgram('fxp', ['call', 'spread', '{"n":1}', '--redis', url, ...flags]);
      expect(await call.exit(), `${flags.join(' ')}: ${call.stderr.join('\n')}`).toBe(0);
      expect(call.stdout).toEqual(['{"n":1}']);
    }
  });

  test('the gateway serves it, and is ready', async () => {
    await startEcho('one');
    const gateway = runProgram('fxp', ['--redis', url, '--http', '127.0.0.1:0']);
    const [http = ''] = await gateway.ready();
    expect((await fetch(`${http}/readyz`)).status).toBe(200);
    const services = await (await fetch(`${http}/services`)).json();
    expect(services).toMatchObject({ services: [{ name: 'spread', providers: [{ provider: 'one' }], foreign: 0 }] });
    const post = (path: string, body: unknown): Promise<Response> =>
      fetch(http + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const opened = await post('/services/spread/sessions', { id: 's', acknowledge: true });
    expect([opened.status, await opened.json()]).toEqual([
      201,
      { id: 's', service: 'spread', mode: 'acknowledged', codec: 'json' },
    ]);
    for (const n of [1, 2, 3]) expect(await (await post('/sessions/s/call', { n })).json()).toEqual({ n });
    expect(await gateway.exit('SIGTERM')).toBe(0);
  });
});

/** Shares the slots out among the servers, and resolves when all of them know it. */
async function formCluster(servers: readonly RedisServer[]): Promise<void> {
  const controls = await Promise.all(servers.map(({ port }) => RedisControl.connect(port)));
  const slots = 16_384;
  for (const [i, control] of controls.entries()) {
    const [first, next] = [i, i + 1].map((part) => Math.floor((part * slots) / servers.length));
    await control.send('CLUSTER', 'ADDSLOTSRANGE', `${first}`, `${(next ?? slots) - 1}`);
    for (const { port } of servers) await control.send('CLUSTER', 'MEET', '127.0.0.1', `${port}`);
  }
  for (const control of controls) {
    let info = '';
    while (!/cluster_state:ok/.test(info) || !info.includes(`cluster_known_nodes:${servers.length}`))
      info = await control.send('CLUSTER', 'INFO');
    control.close();
  }
}
