import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectNetsync } from '@syncytium/netsync/client';
import { connectWs } from '@syncytium/transport/ws';
import { describe, expect, test } from 'vitest';
import { runProgram, type RunningProgram } from './run-program.js';

const run = promisify(execFile);

/** The original's command lines, word for word, but for the port. */
async function curl(base: string, query: string): Promise<unknown> {
  const { stdout } = await run('curl', [
    '--silent',
    '--show-error',
    '--max-time',
    '20',
    base.replace('127.0.0.1', 'localhost') + query,
  ]);
  return JSON.parse(stdout);
}

async function startNetsync(...args: string[]): Promise<{ program: RunningProgram; base: string }> {
  const program = runProgram('netsync', ['127.0.0.1:0', ...args]);
  const [base = ''] = await program.ready();
  return { program, base };
}

/** Resolves when as many requests wait, so that a test knows in which order requests arrived. */
async function untilWaiting(base: string, count: number): Promise<void> {
  for (;;) {
    const { waits } = (await curl(base, '/waits')) as { waits: unknown[] };
    if (waits.length === count) return;
  }
}

describe("netsync answers the original's examples:", () => {
  test('two processes', async () => {
    const { base } = await startNetsync();
    const answers = await Promise.all([
      curl(base, '/event?event=e&payload=v1&actor=actor1'),
      curl(base, '/event?event=e&payload=v2&actor=actor2'),
    ]);
    const expected = { payloads: { actor1: 'v1', actor2: 'v2' } };
    expect(answers).toEqual([expected, expected]);
  });

  test('three processes', async () => {
    const { base } = await startNetsync();
    const answers = await Promise.all([
      curl(base, '/event?event=e&payload=v1&actor=a1&mates=2'),
      curl(base, '/event?event=e&payload=v2&actor=a2&mates=2'),
      curl(base, '/event?event=e&payload=v3&actor=a3&mates=2'),
    ]);
    expect(answers).toEqual(Array(3).fill({ payloads: { a1: 'v1', a2: 'v2', a3: 'v3' } }));
  });

  test('the vending machine and its customer, with the graph log', async () => {
    const { program, base } = await startNetsync('--log', 'graph');
    for (const event of ['coin', 'choc']) {
      const machine = curl(base, `/event?actor=VM&mates=1&event=${event}`);
      await untilWaiting(base, 1);
      const customer = curl(base, `/event?actor=CUST&mates=1&event=${event}`);
      expect(await Promise.all([machine, customer])).toEqual(Array(2).fill({ payloads: { CUST: '', VM: '' } }));
    }
    expect(await program.exit('SIGTERM')).toBe(0);
    // The original's drawing without its comments, the columns included.
    const drawn = program.stderr.filter((line) => /[┌└│]/.test(line)).map((line) => line.trimEnd());
    expect(drawn).toEqual([
      '┌─ VM:coin',
      '│┌ CUST:coin',
      '└└ CUST:coin VM:coin',
      '┌─ VM:choc',
      '│┌ CUST:choc',
      '└└ CUST:choc VM:choc',
    ]);
  });

  test('colours the graph where it is told to', async () => {
    const program = runProgram('netsync', ['127.0.0.1:0', '--log', 'graph'], { FORCE_COLOR: '1' });
    const [base = ''] = await program.ready();
    await curl(base, '/event?event=e&actor=a&mates=0');
    expect(await program.line('stderr', /└/)).toBe('\u001b[32m└─\u001b[0m a:e');
  });

  test('all options set', async () => {
    const { base } = await startNetsync();
    const customer = curl(
      base,
      '/event?actor=CUST&mates=1&event=choc&labels=actor%3DCUST&selector=actor!%3DCUST&payload=value',
    );
    await untilWaiting(base, 1);
    expect(await curl(base, '/stats')).toMatchObject({ choc: { CUST: expect.anything() as unknown } });
    const machine = curl(base, '/event?actor=VM&event=choc');
    expect(await Promise.all([customer, machine])).toEqual(Array(2).fill({ payloads: { CUST: 'value', VM: '' } }));
    expect(await curl(base, '/stats')).toEqual({});
  });
});

describe('netsync', () => {
  test('lets go of a client that left: it is in no group', async () => {
    const { base } = await startNetsync();
    const gone = new AbortController();
    const left = fetch(`${base}/event?event=e&actor=gone&payload=x`, { signal: gone.signal }).catch(() => 'left');
    await untilWaiting(base, 1);
    gone.abort();
    expect(await left).toBe('left');
    await untilWaiting(base, 0);
    const answers = await Promise.all([curl(base, '/event?event=e&actor=a'), curl(base, '/event?event=e&actor=b')]);
    expect(answers).toEqual(Array(2).fill({ payloads: { a: '', b: '' } }));
  });

  test('answers everybody who waits when it is stopped', async () => {
    const { program, base } = await startNetsync();
    const waiting = fetch(`${base}/event?event=e&actor=a`);
    await untilWaiting(base, 1);
    const exit = program.exit('SIGTERM');
    const response = await waiting;
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).not.toBeNull();
    expect(await exit).toBe(0);
  });

  test('names the parameter that is wrong, and nothing waits', async () => {
    const { base } = await startNetsync();
    const wrong: [string, string][] = [
      ['/event?actor=a', 'event'],
      ['/event?event=e', 'actor'],
      ['/event?event=e&actor=a&mates=-1', 'mates'],
      ['/event?event=e&actor=a&selector=a%3D%3D%3Db', 'selector'],
      ['/event?event=e&actor=a&labels=novalue', 'labels'],
      ['/event?event=e&actor=a&timeout=soon', 'timeout'],
    ];
    for (const [query, param] of wrong) {
      const response = await fetch(base + query);
      const { error } = (await response.json()) as { error: Record<string, unknown> };
      expect([query, response.status, error.param]).toEqual([query, 400, param]);
    }
    expect(await curl(base, '/stats')).toEqual({});
  });

  test('a timeout is a 408 that names what was missing', async () => {
    const { base } = await startNetsync();
    const response = await fetch(`${base}/event?event=e&actor=a&timeout=20ms`);
    expect(response.status).toBe(408);
    expect(await response.json()).toMatchObject({ error: { code: 'timeout' } });
  });
});

describe('netsync over WebSocket', () => {
  test('pairs requests of one connection with those of others', async () => {
    const { base } = await startNetsync();
    const answers: Record<string, unknown>[] = [];
    let tell: () => void;
    const told = new Promise<void>((resolve) => (tell = resolve));
    const connection = await connectWs(`${base.replace('http', 'ws')}/ws`, {
      onMessage(data) {
        answers.push(JSON.parse(data.toString()) as Record<string, unknown>);
        if (answers.length === 3) tell();
      },
    });
    connection.send('{"id":1,"event":"e","actor":"a","payload":"1"}');
    connection.send('{"id":2,"event":"f","actor":"a"}');
    connection.send('{"id":"x","event":"f","actor":"b"}');
    await untilWaiting(base, 1);
    expect(await curl(base, '/event?event=e&actor=c&payload=3')).toEqual({ payloads: { a: '1', c: '3' } });
    await told;
    expect(new Map(answers.map(({ id, payloads }) => [id, payloads]))).toEqual(
      new Map<unknown, unknown>([
        [1, { a: '1', c: '3' }],
        [2, { a: '', b: '' }],
        ['x', { a: '', b: '' }],
      ]),
    );
    connection.close();
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'the client lives through a restart of the server by %s',
    async (signal) => {
      const { program, base } = await startNetsync('--log', 'silent');
      const client = await connectNetsync(`${base.replace('http', 'ws')}/ws`);
      const waiting = client.send({ event: 'e', actor: 'a', payload: '1' });
      await untilWaiting(base, 1);
      await program.exit(signal);
      const again = runProgram('netsync', [new URL(base).host, '--log', 'silent']);
      await again.ready();
      await untilWaiting(base, 1);
      expect(await curl(base, '/event?event=e&actor=b')).toEqual({ payloads: { a: '1', b: '' } });
      expect((await waiting).payloads).toEqual({ a: '1', b: '' });
      client.close();
      expect(await again.exit('SIGTERM')).toBe(0);
    },
  );
});

describe('netsync send', () => {
  const send = (base: string, ...args: string[]) => runProgram('netsync', ['send', ...args, '--server', base]);

  test("waits for its mates and prints everybody's payload", async () => {
    const { base } = await startNetsync();
    const first = send(base, 'e', '--actor', 'a', '--payload', '1');
    await untilWaiting(base, 1);
    const second = send(`${base.replace('http', 'ws')}/ws`, 'e', '--actor', 'b', '--timeout', '1m');
    expect(await Promise.all([first.exit(), second.exit()])).toEqual([0, 0]);
    expect([...first.stdout, ...second.stdout]).toEqual(Array(2).fill('{"payloads":{"b":"","a":"1"}}'));
  });

  test('exits with 1 and one line that says what was missing', async () => {
    const { base } = await startNetsync();
    const late = send(base, 'e', '--actor', 'a', '--mates', '2', '--timeout', '50ms');
    expect(await late.exit()).toBe(1);
    expect(late.stderr).toHaveLength(1);
    expect(late.stderr[0]).toMatch(/^netsync: a waited \d+ ms on e: missing 2 more that match/);
  });

  test('leaves no waiter behind when it is interrupted', async () => {
    const { base } = await startNetsync();
    const interrupted = send(base, 'e', '--actor', 'a');
    await untilWaiting(base, 1);
    expect(await interrupted.exit('SIGINT')).toBe(1);
    await untilWaiting(base, 0);
  });
});
