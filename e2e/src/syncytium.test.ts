import { describe, expect, test } from 'vitest';
import { anyPortFlags as anyPorts } from '@syncytium/syncytium';
import { runProgram } from './run-program.js';

describe('syncytium', () => {
  test('takes the tour: one real exchange through each server, and goes on serving', async () => {
    const program = runProgram('syncytium', ['tour', ...anyPorts, '--log-level', 'warn']);
    const [http = ''] = await program.ready();
    await program.line('stdout', /^The tour is over/);
    const shown = program.stdout.join('\n');
    expect(shown).toContain('GET /waits says: VM waits for');
    expect(shown).toContain('CUST  got {"payloads":{"CUST":"a coin","VM":"chocolate"}}');
    expect(shown).toContain('pushes {"time":0.2} and pops {"time":0.2,"voltage":2}');
    expect(shown).toContain('hears web::registered {"name":"Ada"}');
    expect(shown.match(/handles web::registered/g)).toHaveLength(1);
    expect(shown).toContain('got "a letter from mail');
    expect(shown).toContain('{"COUNT_RSP":{"TourPerson":{"_cnt":1}}}');
    expect((await fetch(`${http}/readyz`)).status).toBe(200);
    expect(await program.exit('SIGINT')).toBe(0);
  });

  test('shows the waits of all servers in one place', async () => {
    const program = runProgram('syncytium', anyPorts);
    const [http = '', netsync = ''] = await program.ready();
    const gone = new AbortController();
    const waiting = fetch(`${netsync}/event?event=coin&actor=VM`, { signal: gone.signal }).catch(() => 'gone');
    const waits = async (): Promise<{ waits: { system: string; who: string }[]; counts: object }> =>
      (await fetch(`${http}/waits`)).json() as never;
    while ((await waits()).waits.length === 0);
    const all = await waits();
    expect(all.waits).toMatchObject([{ system: 'netsync', who: 'VM' }]);
    expect(Object.keys(all.counts).sort()).toEqual(['fusion', 'fxp', 'netsync', 'thynapse']);
    gone.abort();
    expect(await waiting).toBe('gone');
  });

  test('runs only the servers it is told to', async () => {
    const program = runProgram('syncytium', ['--only', 'fusion,netsync', ...anyPorts]);
    expect((await program.ready()).map((address) => new URL(address).protocol)).toEqual([
      'http:',
      'http:',
      'http:',
      'ws:',
      'ws:',
    ]);
    const wrong = runProgram('syncytium', ['--only', 'fusion,redis']);
    expect(await wrong.exit()).toBe(2);
    expect(wrong.stderr.join('\n')).toContain('--only');
  });
});
