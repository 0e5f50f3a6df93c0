import { runSettings, scaledTimeoutMs, simulate, SimulationFailedError, type SimulationRun } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import type { Session } from './session/session.js';
import { FaultyWorld, inTime, service, type Plan } from './testing/faulty-world.js';

const regressions = new URL('../regressions/', import.meta.url);
const timeoutMs = scaledTimeoutMs(120_000);
/** Faults happen for so long, and whatever is promised must have come so long after them. */
const faultsMs = 10_000;
const patienceMs = 120_000;

/** Plays a run; resolves with how many answers there were. Throws when a promise was not kept. */
async function play(run: SimulationRun, plan: Plan): Promise<number> {
  const { prng, trace } = run;
  const world = new FaultyWorld(run, plan);
  let answers = 0;
  for (let i = 0; i < 1 + prng.int(2); i++) await inTime(run, world.addProvider(), 1000);
  const work: Promise<void>[] = [];
  for (let i = 0; i < 1 + prng.int(2); i++) {
    const requestor = await inTime(run, world.addRequestor(), 1000);
    const session = await inTime(
      run,
      requestor.open(service, { id: `s${i}`, acknowledge: true, claimTimeout: 0 }),
      5000,
    );
    work.push(
      useSession(run, session, () => answers++).then(async () => {
        trace.note(`${session.id} is done`);
        await session.close();
      }),
    );
  }
  const stop = Object.keys(plan).some((key) => key !== 'faults') ? world.unleash(faultsMs) : undefined;
  await inTime(run, Promise.all(work), faultsMs + patienceMs);
  stop?.();
  await world.end();
  return answers;
}

/** Calls one by one or as a stream, and expects every answer once, in order. */
async function useSession({ prng }: SimulationRun, session: Session, onAnswer: () => void): Promise<void> {
  const count = 5 + prng.int(25);
  const input = (n: number) => ({ n, text: 'x'.repeat(prng.int(4) === 0 ? 100 : 3) });
  const check = (n: number, answer: unknown): void => {
    expect(answer).toMatchObject({ n, twice: 2 * n });
    onAnswer();
  };
  if (prng.int(2) === 0) {
    for (let n = 1; n <= count; n++) check(n, await session.call(input(n), { timeout: patienceMs }));
    return;
  }
  const inputs = Array.from({ length: count }, (_, i) => input(i + 1));
  let n = 0;
  for await (const answer of session.stream(inputs, { window: 1 + prng.int(8), timeout: patienceMs }))
    check(++n, answer);
  expect(n).toBe(count);
}

describe('an acknowledged session', () => {
  const plans: readonly (readonly [string, Plan])[] = [
    ['without faults', {}],
    ['whose providers die', { kills: true }],
    ['whose providers are closed', { closes: true }],
    ['whose lines are lost', { cuts: true }],
    ['whose parties are paused', { pauses: true }],
    ['whose broker forgets', { losesAll: true, cuts: true }],
    ['that all of this befalls', { kills: true, closes: true, pauses: true, cuts: true, losesAll: true }],
  ];

  test.each(plans)('%s answers every input once, in order', { timeout: timeoutMs }, async (name, plan) => {
    let answers = 0;
    await simulate({
      name: `an acknowledged session ${name}`,
      runs: 50,
      regressions,
      run: async (run) => {
        answers += await play(run, plan);
      },
    });
    expect(answers).toBeGreaterThan(5);
  });

  // A run without something that it needs must fail, or else it proves nothing.
  const canaries: readonly (readonly [string, Plan])[] = [
    ['that does not recognise what comes twice', { kills: true, cuts: true, faults: { keepDuplicates: true } }],
    ['that puts nothing back', { kills: true, faults: { noPutBack: true, noResend: true } }],
    ['that sends nothing again', { losesAll: true, cuts: true, faults: { noResend: true } }],
  ];

  test.each(canaries)('%s is noticed', { timeout: timeoutMs }, async (name, plan) => {
    if (runSettings().seed !== undefined) return;
    const run = (run: SimulationRun): Promise<void> => play(run, plan).then(() => undefined);
    await expect(simulate({ name: `an acknowledged session ${name}`, runs: 50, run })).rejects.toBeInstanceOf(
      SimulationFailedError,
    );
  });

  test('whose parties only die needs nothing sent again', { timeout: timeoutMs }, async () => {
    const plan: Plan = { kills: true, faults: { noResend: true } };
    const run = (run: SimulationRun): Promise<void> => play(run, plan).then(() => undefined);
    await simulate({ name: 'an acknowledged session whose parties only die', runs: 50, run });
  });
});
