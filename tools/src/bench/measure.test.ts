import { expect, test } from 'vitest';
import type { BenchEntry, Contender } from './entry.js';
import { measure, spread } from './measure.js';
import { formatEntry, judge } from './report.js';

test('contenders take turns, the first round is not counted, and all are closed', async () => {
  const log: string[] = [];
  const contender = (name: string, operations: number): Contender => ({
    name,
    role: 'ours',
    run: (seconds) => {
      log.push(`${name} ${seconds}`);
      return Promise.resolve({
        operations,
        seconds: 2,
        cpuSeconds: 1,
        latencyUs: { p50: operations, p99: 2 * operations, p999: 0 },
      });
    },
    close: () => {
      log.push(`close ${name}`);
      return Promise.resolve();
    },
  });
  const entry: BenchEntry = {
    name: 'demo/entry',
    question: 'which?',
    unit: 'things',
    aims: [
      { figure: 'rate', of: 'b', against: 'a', ratio: 2 },
      { figure: 'p99', of: 'b', against: 'a', ratio: 1.5 },
    ],
    prepare: () => Promise.resolve([contender('a', 100), contender('b', 200)]),
  };
  const results = await measure(entry, { rounds: 2, seconds: 4 });
  expect(log).toEqual(['a 2', 'b 2', 'a 4', 'b 4', 'a 4', 'b 4', 'close a', 'close b']);
  expect(results[1]).toMatchObject({
    contender: 'b',
    rate: { median: 100 },
    cpuUs: { median: 5000 },
    samples: { length: 2 },
  });
  const aims = judge(entry.aims, results);
  expect(aims.map(({ measured, reached }) => [measured, reached])).toEqual([
    [2, true],
    [2, false],
  ]);
  const text = formatEntry({ ...entry, results, aims });
  expect(text).toContain('reached  rate of b is 2.00x that of a');
  expect(text).toContain('MISSED   p99 of b is 2.00x that of a');
});

test('the spread tells median, least and most', () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
});
