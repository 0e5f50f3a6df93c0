import { expect, test } from 'vitest';
import { startServer } from '../testing/start-server.js';
import { measureQueries } from './measure-queries.js';
import { seededPrng, systemClock } from '@syncytium/kit';

test('a table tells what was measured, and no objects are left', async () => {
  const server = await startServer();
  const flags = ['--ws', server.ws, '--time', '20ms', '--objects', '500', '--concurrency', '4'];
  for (let run = 0; run < 2; run++) {
    const { code, printed } = await server.run('bench', ...flags);
    expect(code).toBe(0);
    expect(printed[0]).toMatch(/^500 objects +queries\/s +p50 ms +p99 ms +p99.9 ms$/);
    expect(printed.slice(1).map((line) => line.replace(/ +[1-9]\d*( +[\d.]+){3}$/, ''))).toEqual([
      'GET, one at a time',
      'GET, 4 at once',
      'FIND, 4 at once',
      'STORE, 4 at once',
      '80 % GET, 15 % FIND, 5 % STORE, 4 at once',
    ]);
  }
  expect(await server.ask({ COUNT: {} })).toEqual({ COUNT_RSP: { FusionBench: { _cnt: 0 } } });
  await server.stop();
});

test('a query that fails ends it, and is told', async () => {
  const measuring = measureQueries({
    ask: (name) => Promise.resolve({ isOk: name !== 'GET', text: name === 'GET' ? 'no such thing' : '"_oid":"1"' }),
    objects: 1,
    atOnce: 1,
    durationMs: 10,
    clock: systemClock,
    prng: seededPrng(1),
    signal: new AbortController().signal,
  });
  await expect(measuring.next()).rejects.toMatchObject({ code: 'bench_failed', message: 'GET failed: no such thing' });
});
