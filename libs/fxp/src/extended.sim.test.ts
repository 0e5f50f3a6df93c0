import { SyncytiumError } from '@syncytium/kit';
import { scaledTimeoutMs, simulate, type SimulationRun } from '@syncytium/testkit';
import { BrokerError } from '@syncytium/transport';
import { expect, test } from 'vitest';
import { FxpPeerLostError, FxpTimeoutError } from './errors.js';
import type { Requestor } from './requestor.js';
import { FaultyWorld, inTime, leaseMs, service } from './testing/faulty-world.js';

/** Less than a lease: a party that is gone may be missed before it is known to be gone. */
const callMs = leaseMs / 2;
const claimMs = 3 * leaseMs;
/** What a wait may take beyond its deadline: for facts about the missing party, and for as long as this party is paused. */
const graceMs = 6 * leaseMs;

const expectedCodes = [
  'timeout',
  'fxp_no_provider',
  'fxp_peer_lost',
  'fxp_lease_lost',
  'fxp_session_ended',
  'fxp_remote',
];

/** How often what happened. */
interface Tally {
  answers: number;
  readonly errors: Map<string, number>;
}

/** Opens sessions and calls, again and again; every wait must end in its time, by the right answer or an error that says why. */
async function keepCalling(run: SimulationRun, requestor: Requestor, id: string, untilMs: number, tally: Tally) {
  const { clock, prng } = run;
  const failed = (error: unknown, since: number, ms: number): void => {
    expect(error).toBeInstanceOf(SyncytiumError);
    const { code, message, name } = error as SyncytiumError;
    expect(expectedCodes).toContain(code);
    expect(message).toContain(service);
    expect(clock.now() - since).toBeLessThan(ms + graceMs);
    tally.errors.set(name, (tally.errors.get(name) ?? 0) + 1);
  };
  while (clock.now() < untilMs) {
    const openedAt = clock.now();
    try {
      await using session = await requestor.open(service, { id, claimTimeout: claimMs });
      for (let n = 1; n <= 20; n++) {
        const since = clock.now();
        try {
          expect(await session.call({ n }, { timeout: callMs })).toMatchObject({ n, twice: 2 * n });
          tally.answers++;
        } catch (error) {
          failed(error, since, callMs);
          break;
        }
      }
    } catch (error) {
      if (!(error instanceof BrokerError)) failed(error, openedAt, claimMs);
    }
    await new Promise<void>((resolve) => void clock.setTimer(10 + prng.int(200), resolve));
  }
}

const timeout = scaledTimeoutMs(120_000);

test('an extended session answers rightly or says why not, in time', { timeout }, async () => {
  const tally: Tally = { answers: 0, errors: new Map() };
  await simulate({
    name: 'an extended session among faults',
    runs: 40,
    regressions: new URL('../regressions/', import.meta.url),
    run: async (run) => {
      const { clock, prng } = run;
      const world = new FaultyWorld(run, { kills: true, pauses: true, cuts: true, losesAll: true });
      for (let i = 0; i < 1 + prng.int(3); i++) await inTime(run, world.addProvider(), 1000);
      const requestors = [];
      for (let i = 0; i < 1 + prng.int(2); i++) requestors.push(await inTime(run, world.addRequestor(), 1000));
      const stop = world.unleash(8000);
      const untilMs = clock.now() + 8000;
      const work = requestors.map((requestor, i) => keepCalling(run, requestor, `s${i}`, untilMs, tally));
      await inTime(run, Promise.all(work), 60_000);
      stop();
      await world.end();
    },
  });
  // All of it happens: answers, parties that are gone, and answers that do not come.
  expect(tally.answers).toBeGreaterThan(1000);
  for (const error of [FxpPeerLostError, FxpTimeoutError]) expect(tally.errors.get(error.name) ?? 0).toBeGreaterThan(0);
});
