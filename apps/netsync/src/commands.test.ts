import { silentLog } from '@syncytium/kit';
import { readInvocation, systemDeps, type CommandContext } from '@syncytium/program';
import { afterEach, describe, expect, it } from 'vitest';
import { program } from './program.js';
import { startServer, type TestServer } from './testing/start-server.js';

let server: TestServer | undefined;
afterEach(() => server?.stop());

/** Runs a client command in this process; resolves with its exit code and what it printed. */
async function run(argv: readonly string[], interrupt = new AbortController()) {
  const lines: string[] = [];
  const { command, config } = readInvocation(program, {}, argv);
  const print = (line: string) => void lines.push(line);
  const context: CommandContext = { ...systemDeps(silentLog), print, signal: interrupt.signal };
  const code = await command.run?.(config as never, context);
  return { code, lines };
}

describe.each(['http', 'ws'])('netsync send over %s', (kind) => {
  const start = async () => {
    server = await startServer();
    return { server, flags: ['--server', kind === 'ws' ? `${server.url.replace('http', 'ws')}/ws` : server.url] };
  };

  it("prints everybody's payload", async () => {
    const { server, flags } = await start();
    const first = run(['send', 'e', '--actor', 'a', '--payload', '1', '--labels', 'k=v', ...flags]);
    await server.pending(1);
    const second = await run(['send', 'e', '--actor', 'b', '--selector', 'k=v', '--timeout', '1m', ...flags]);
    expect(second).toEqual({ code: 0, lines: ['{"payloads":{"b":"","a":"1"}}'] });
    expect(await first).toEqual(second);
  });

  it('fails when its time is up, and says what was missing', async () => {
    const { flags } = await start();
    await expect(run(['send', 'e', '--actor', 'a', '--mates', '2', '--timeout', '20ms', ...flags])).rejects.toThrow(
      /^a waited \d+ ms on e: missing 2 more that match$/,
    );
  });

  it('tells what is wrong with a parameter', async () => {
    const { flags } = await start();
    await expect(run(['send', 'e', '--actor', 'a', '--selector', 'a===b', ...flags])).rejects.toThrow(/^selector is/);
  });

  it('leaves when it is interrupted', async () => {
    const { server, flags } = await start();
    const interrupt = new AbortController();
    const waiting = run(['send', 'e', '--actor', 'a', ...flags], interrupt);
    await server.pending(1);
    interrupt.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    await server.pending(0);
  });
});

describe('the client commands', () => {
  it('need to know who asks', async () => {
    await expect(run(['send', 'e'])).rejects.toMatchObject({ code: 'usage', details: { field: '--actor' } });
  });

  it('say so when no server is there', async () => {
    server = await startServer();
    await server.stop();
    for (const argv of [
      ['send', 'e', '--actor', 'a'],
      ['stats', '--json'],
    ])
      await expect(run([...argv, '--server', server.url])).rejects.toThrow(
        `no netsync server answers at ${server.url}: ECONNREFUSED`,
      );
  });

  it('show who waits', async () => {
    server = await startServer();
    const flags = ['--server', server.url];
    expect((await run(['stats', ...flags])).lines).toEqual(['nobody waits']);
    const waiting = server.ask('/event?event=coin&actor=VM');
    await server.pending(1);
    const { lines } = await run(['stats', ...flags]);
    expect(lines[0]).toMatch(/^EVENT +ACTOR/);
    expect(lines[1]).toMatch(/^coin +VM +\d+\.\ds +1 +actor=VM +actor!=VM$/);
    const [json = ''] = (await run(['stats', '--json', ...flags])).lines;
    expect(JSON.parse(json)).toMatchObject({ coin: { VM: {} } });
    await server.ask('/event?event=coin&actor=CUST');
    await waiting;
  });
});
