import { redisServerPath } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { judge, killRequestors, runKills, victims, type KillReport } from './fxp-kill-run.js';

const kills = Number(process.env['SYNCYTIUM_KILLS'] ?? 36);
const seed = Number(process.env['SYNCYTIUM_SEED'] ?? 1);
const isInstalled = redisServerPath() !== undefined;
if (!isInstalled) console.log('kill -9 among the parties of FXP: no redis-server on the PATH: skipped');

function describeReport(report: KillReport): string {
  const sorted = [...report.recoveryMs].sort((a, b) => a - b);
  const at = (quantile: number): string => `${Math.round(sorted[Math.floor(quantile * (sorted.length - 1))] ?? 0)} ms`;
  return `${JSON.stringify({ ...report, recoveryMs: undefined })}, recovered in p50 ${at(0.5)}, p90 ${at(0.9)}, max ${at(1)}`;
}

describe.skipIf(!isInstalled)('an acknowledged session', () => {
  const runs = [...victims.map((victim) => [victim]), [...victims]].map((which) => ({ which, all: which.join(', ') }));
  test.each(runs)(
    'loses nothing and answers nothing twice under kill -9 of: $all',
    { timeout: 60_000 + kills * 10_000 },
    async ({ which }) => {
      const report = await runKills({ kills: Math.ceil(kills / 4), seed, victims: which });
      console.log(`kill -9 of ${which.join(', ')}: ${describeReport(report)}`);
      expect(report).toMatchObject({ lost: 0, answeredTwice: 0, outOfOrder: 0 });
      expect(report.inputs).toBeGreaterThan(kills / 4);
    },
  );
});

test.skipIf(!isInstalled)(
  'a requestor that is killed with -9 leaves a provider that is free, and nothing for ever',
  { timeout: 60_000 + kills * 10_000 },
  async () => {
    const report = await killRequestors({ kills: Math.ceil(kills / 4), seed });
    console.log(`kill -9 of requestor: ${JSON.stringify(report)}`);
    expect(report).toMatchObject({ sessionsLeft: 0, keysForEver: [] });
    // The provider's own record is there, which shows that keys are seen.
    expect(report.keys).toBeGreaterThan(0);
  },
);

test('a judge of answers sees what is lost, twice, and out of order', () => {
  expect(judge(3, [1, 2, 3])).toEqual({ inputs: 3, lost: 0, answeredTwice: 0, outOfOrder: 0 });
  expect(judge(3, [1, 3])).toMatchObject({ lost: 1 });
  expect(judge(3, [1, 2, 2, 3])).toMatchObject({ answeredTwice: 1 });
  expect(judge(3, [1, 3, 2])).toMatchObject({ outOfOrder: 1 });
});
