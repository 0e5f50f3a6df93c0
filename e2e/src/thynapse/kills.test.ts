import { runSettings, scaledRuns, scaledTimeoutMs } from '@syncytium/testkit';
import { expect, test } from 'vitest';
import { runKills, type Kill } from './kill-run.js';
import { members } from './loaded-network.js';

/** `SYNCYTIUM_RUNS=20` makes it 100,000. */
const eventsDefault = 5000;
const eventsPerKill = 400;

function describeKills(kills: readonly Kill[]): string {
  const times = (values: number[]): string => {
    const sorted = values.sort((a, b) => a - b);
    const at = (quantile: number): string =>
      `${Math.round(sorted[Math.floor(quantile * (sorted.length - 1))] ?? 0)} ms`;
    return `p50 ${at(0.5)}, max ${at(1)}`;
  };
  const lines = members.map((victim) => {
    const ofIt = kills.filter((kill) => kill.victim === victim);
    const flows = times(ofIt.flatMap(({ flowsAgainMs }) => flowsAgainMs ?? []));
    const caughtUp = times(ofIt.map(({ caughtUpMs }) => caughtUpMs));
    return `${ofIt.length} of a ${victim}: answers flow again after ${flows}; all before handled after ${caughtUp}`;
  });
  return lines.join('\n');
}

test(
  'kill -9 of transmitters, workers and senders loses no accepted event, and answers none twice',
  { timeout: scaledTimeoutMs(120_000) },
  async () => {
    const seed = runSettings().seed ?? 1;
    const events = scaledRuns(eventsDefault, { ...runSettings(), seed: undefined });
    const { kills, ...verdict } = await runKills({ events, eventsPerKill, seed });
    const { accepted, repeated, handledAgain } = verdict;
    console.log(
      `${accepted} events, ${handledAgain} handled again, ${repeated} answers came again\n${describeKills(kills)}`,
    );
    expect(verdict).toMatchObject({ lost: [], answeredTwice: [], failed: [] });
    expect(accepted).toBeGreaterThanOrEqual(events);
    for (const victim of members) expect(kills.some((kill) => kill.victim === victim)).toBe(true);
  },
);
