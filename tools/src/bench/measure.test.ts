import { expect, test } from 'vitest';
import { orSkipped, SkipError, type BenchEntry, type Contender } from './entry.js';
import type { Percentiles } from './latencies.js';
import { measure, spread, type Measured } from './measure.js';
import { formatEntry, judge } from './report.js';

const latencies = (p50: number, p99: number): Percentiles => ({
  p50,
  p75: p50,
  p90: p50,
  p95: p50,
  p99,
  p995: p99,
  p999: p99,
  p9999: p99,
});

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
        latencyUs: latencies(operations, 2 * operations),
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
    warmUpSeconds: 3,
    aims: [
      { figure: 'rate', of: 'b', against: 'a', ratio: 2 },
      { figure: 'p99', of: 'b', against: 'a', ratio: 1.5 },
    ],
    prepare: () => Promise.resolve([contender('a', 100), contender('b', 200)]),
  };
  const measured = await measure(entry, { rounds: 2, seconds: 4 });
  const { results } = measured;
  expect(log).toEqual(['a 3', 'b 3', 'a 4', 'b 4', 'a 4', 'b 4', 'close a', 'close b']);
  expect(results[1]).toMatchObject({
    contender: 'b',
    rate: { median: 100 },
    cpuUs: { median: 5000 },
    samples: { length: 2 },
  });
  const aims = judge(entry.aims, results);
  expect(aims.map(({ measured, reached }) => [measured.median, reached])).toEqual([
    [2, true],
    [2, false],
  ]);
  const text = formatEntry({ ...entry, ...measured, aims });
  expect(text).toContain('reached  rate of b is 2.00x (2.00x to 2.00x) that of a');
  expect(text).toContain('MISSED   p99 of b is 2.00x (2.00x to 2.00x) that of a');
});

test('a contender that cannot run is named with the reason, and its aims are not judged', async () => {
  const entry: BenchEntry = {
    name: 'demo/entry',
    question: 'which?',
    unit: 'things',
    aims: [
      { figure: 'rate', of: 'a', against: 'b', ratio: 2 },
      { figure: 'p50', of: 'a', usMax: 10 },
      { figure: 'rate', of: 'a', perSecondMin: 2 },
    ],
    prepare: async () => [
      await orSkipped('a', 'ours', () =>
        Promise.resolve({
          versions: { demo: '1.2' },
          run: () => Promise.resolve({ operations: 1, seconds: 1, latencyUs: latencies(9, 9) }),
        }),
      ),
      await orSkipped('b', 'peer', () => Promise.reject(new SkipError('it is not installed'))),
    ],
  };
  const measured = await measure(entry, { rounds: 1, seconds: 1 });
  const aims = judge(entry.aims, measured.results);
  const text = formatEntry({ ...entry, ...measured, aims });
  expect(text.split('\n').slice(3)).toEqual([
    '  b was skipped: it is not installed',
    '  reached  p50 of a is 9.00 (9.00 to 9.00) us (aim: at most 10 us)',
    '  MISSED   rate of a is 1.00 (1.00 to 1.00)/s (aim: at least 2.00/s)',
    '  with demo 1.2',
  ]);
});

test('ratios are those of rounds run one after the other', () => {
  const measured = (contender: string, rates: readonly number[]): Measured => ({
    contender,
    role: 'ours',
    samples: rates.map((operations) => ({ operations, seconds: 1 })),
    rate: spread(rates),
    figures: {},
  });
  const [aim] = judge(
    [{ figure: 'rate', of: 'a', against: 'b', ratio: 1 }],
    [measured('a', [2, 20, 4]), measured('b', [1, 10, 4])],
  );
  expect(aim?.measured).toEqual({ median: 2, min: 1, max: 2 });
});

test('the spread tells median, least and most', () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
});
