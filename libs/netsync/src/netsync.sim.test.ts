import { expectReplay, scaledTimeoutMs, simulate, type SimulationRun } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { SimulatedClients, type ClientsPlan, type Fault } from './testing/simulated-clients.js';

const regressions = new URL('../regressions/', import.meta.url);
const runs = 1500;
const timeoutMs = scaledTimeoutMs(120_000);

const calm: ClientsPlan = { faults: { delayMs: [1, 40] } };
const stormy: ClientsPlan = { faults: { delayMs: [1, 120], loss: 0.08, duplication: 0.1, reordering: 0.3 } };

/** Plays one run and adds what happened to a tally over all runs. */
function play(run: SimulationRun, plan: ClientsPlan, tally = new Map<string, number>()): void {
  const clients = new SimulatedClients(run, plan);
  clients.play();
  for (const [what, count] of clients.tally) tally.set(what, (tally.get(what) ?? 0) + count);
}

/** What must have happened somewhere in so many runs. */
const everything = [
  ...[1, 2, 3, 4].map((size) => `a group of ${size}`),
  ...['cancelled', 'timeout', 'closed'].map((reason) => `left: ${reason}`),
  ...['sync', 'timeout', 'closed', 'limit_reached'].map((outcome) => `heard: ${outcome}`),
  'a client died',
  'a client connected anew',
];

describe('netsync keeps its promises', () => {
  test.each([
    ['a netsync with clients that come and go', calm],
    ['a netsync over a network that loses and repeats', stormy],
  ])(
    '%s',
    async (name, plan) => {
      const tally = new Map<string, number>();
      const { events } = await simulate({ name, runs, regressions, run: (run) => play(run, plan, tally) });
      // Where one seed is replayed, nothing is expected of it but that it holds.
      if (process.env['SYNCYTIUM_SEED'] === undefined) {
        expect(everything.filter((what) => !tally.has(what))).toEqual([]);
        expect(events).toBeGreaterThan(runs * 50);
      }
    },
    timeoutMs,
  );

  test('a seed gives the same run every time', () => expectReplay((run) => play(run, stormy)));

  test.each<[Fault, RegExp]>([
    ['keep the gone', /was gone when it was counted into a group/],
    ['answer twice', /was answered twice/],
    ['change a payload', /was told other payloads/],
    ['ask for more mates', /did not sync|could sync|sync, not/],
    ['forget a wait', /the waits are not those who wait/],
  ])('a server made to %s is caught', async (fault, problem) => {
    const canary = { name: 'canary', runs: 200, run: (run: SimulationRun) => play(run, { ...calm, fault }) };
    await expect(simulate(canary, { seed: undefined, factor: 1 })).rejects.toThrow(problem);
  });
});
