import { scaledTimeoutMs, simulate, type SimulationRun } from '@syncytium/testkit';
import type { BrokerValue, SetOptions } from '@syncytium/transport';
import { MemoryBroker } from '@syncytium/transport/memory';
import { expect, test } from 'vitest';
import { FxpClaimTimeoutError, FxpNoProviderError } from './errors.js';
import { leaseMs, service, SessionWorld, type SimulatedRequestor } from './testing/session-world.js';

const claimTimeoutMs = 3000;
/** How long faults happen, in milliseconds of the simulated clock. */
const forMs = 30_000;

test(
  'a session is held by one provider, and ends when a party is gone',
  { timeout: scaledTimeoutMs(120_000) },
  async () => {
    let served = 0;
    const report = await simulate({
      name: 'a session is held by one provider',
      runs: 25,
      regressions: new URL('../regressions/', import.meta.url),
      run: async (run) => {
        served += await liveThroughFaults(run);
      },
    });
    expect(report.events).toBeGreaterThan(0);
    expect(served).toBeGreaterThan(report.seeds.length);
  },
);

test('that two providers hold one session would be noticed', async () => {
  class CarelessBroker extends MemoryBroker {
    override set(key: string, value: BrokerValue, { ttlMs }: SetOptions = {}): Promise<boolean> {
      return super.set(key, value, ttlMs === undefined ? {} : { ttlMs });
    }
  }
  const careless = simulate({
    name: 'claims that are no claims',
    runs: 5,
    async run(run) {
      await liveThroughFaults(run, new CarelessBroker({ clock: run.clock }));
    },
  });
  await expect(careless).rejects.toMatchObject({
    cause: { message: expect.stringContaining('two providers hold') as string },
  });
});

test('a session goes to the least busy provider', { timeout: scaledTimeoutMs(120_000) }, async () => {
  await simulate({
    name: 'a session goes to the least busy provider',
    runs: 20,
    regressions: new URL('../regressions/', import.meta.url),
    run: async (run) => {
      const { clock, prng } = run;
      // Shorter than the step by which the less busy are ahead, however often they have to ask.
      const world = new SessionWorld(run, [0, 2]);
      const count = 2 + prng.int(3);
      await inTime(run, Promise.all(Array.from({ length: count }, () => world.addProvider(100))), 1000);
      const { requestor } = await inTime(run, world.addRequestor('r'), 1000);
      for (let i = 0; i < 4 * count; i++) {
        await inTime(run, requestor.open(service, { id: `s${i}` }), 1000);
        await clock.advanceAsync(100);
        const sessions = world.providers.map(({ provider }) => provider.sessionCount);
        expect(Math.max(...sessions) - Math.min(...sessions)).toBeLessThanOrEqual(1);
      }
      run.trace.note('all are busy alike');
    },
  });
});

test('whoever leaves last leaves nothing behind', { timeout: scaledTimeoutMs(120_000) }, async () => {
  await simulate({
    name: 'whoever leaves last leaves nothing behind',
    runs: 40,
    regressions: new URL('../regressions/', import.meta.url),
    run: async (run) => {
      const { clock, prng } = run;
      const world = new SessionWorld(run, [0, 1 + prng.int(10)]);
      await inTime(run, Promise.all([1, 2].map(() => world.addProvider(100))), 1000);
      const { requestor } = await inTime(run, world.addRequestor('r'), 1000);
      const presences = world.keys();
      for (let i = 0; i < 10; i++) {
        const servedMs = 20 + prng.int(40);
        world.serveMsMax = servedMs;
        const session = await inTime(run, requestor.open(service, { id: 's', acknowledge: prng.int(2) === 0 }), 1000);
        const call = session.call({ n: i }).catch(() => undefined);
        // About when the service function ends, too.
        await clock.advanceAsync(prng.int(servedMs + 20));
        await inTime(run, session.close(), 200);
        await call;
        await clock.advanceAsync(200);
        // Long before anything expires.
        expect(world.keys().sort()).toEqual(presences.sort());
      }
      run.trace.note('nothing is left');
    },
  });
});

/** Resolves with how many sessions were served. */
async function liveThroughFaults(run: SimulationRun, shared?: MemoryBroker): Promise<number> {
  const { clock, prng } = run;
  const world = new SessionWorld(run, [0, 1 + prng.int(30)], shared);
  const endsAt = clock.now() + forMs;
  await inTime(run, Promise.all([1, 2, 3].map(() => world.addProvider(1 + prng.int(4)))), 1000);
  const requestors = await inTime(run, Promise.all(['r0', 'r1', 'r2'].map((name) => world.addRequestor(name))), 1000);
  // Of the original's kind; one session of a name at a time is all that it can promise.
  const plain = await inTime(run, world.addRequestor('plain', false), 1000);
  const lives = [...requestors, plain].flatMap((requestor, r) =>
    [0, 1].map((s) => openAndClose(run, world, requestor, requestor === plain ? `plain${s}` : `s${r}-${s}`, endsAt)),
  );
  unleash(run, world, endsAt);
  await clock.advanceAsync(forMs + 4 * leaseMs + 2 * claimTimeoutMs);
  for (const { process } of world.providers) process.resume();
  await inTime(run, Promise.all(lives), 10_000);
  await clock.advanceAsync(4 * leaseMs);
  expect(world.violations).toEqual([]);
  for (const { provider, process } of world.providers) if (!process.isKilled) expect(provider.sessionCount).toBe(0);

  const parties = [...world.providers.map(({ process, provider }) => ({ process, party: provider }))];
  const living = parties.filter(({ process }) => !process.isKilled).map(({ party }) => party.close());
  await inTime(
    run,
    Promise.all([...living, ...[...requestors, plain].map(({ requestor }) => requestor.close())]),
    10_000,
  );
  expect(world.openWaits()).toEqual([]);
  await clock.advanceAsync(600_000);
  // A plain session's lists have no expiry.
  expect(world.keys().filter((key) => !key.startsWith('plain'))).toEqual([]);
  return world.served;
}

/** A requestor's life: opens a session of one name again and again, calls now and then, and closes it. */
async function openAndClose(
  { clock, prng, trace }: SimulationRun,
  world: SessionWorld,
  { process, requestor }: SimulatedRequestor,
  id: string,
  endsAt: number,
): Promise<void> {
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => void process.clock.setTimer(ms, resolve));
  while (clock.now() < endsAt) {
    const since = clock.now();
    try {
      const session = await requestor.open(service, { id, claimTimeout: claimTimeoutMs });
      trace.note(`${id} is open`);
      for (let calls = prng.int(6); calls > 0 && !session.isEnded; calls--) {
        await session.call({ n: calls }, { timeout: 3 * leaseMs }).catch(() => undefined);
        await sleep(prng.int(leaseMs));
      }
      await session.close();
      trace.note(`${id} is closed`);
    } catch (error) {
      const isExpected = error instanceof FxpClaimTimeoutError || error instanceof FxpNoProviderError;
      if (!isExpected) throw error;
      trace.note(`${id}: ${error.message}`);
      if (clock.now() - since > claimTimeoutMs + leaseMs) world.violations.push(`${id} waited for too long`);
    }
    await sleep(prng.int(leaseMs));
  }
}

/** Pauses, kills and drains providers, and adds others in their stead. */
function unleash(run: SimulationRun, world: SessionWorld, endsAt: number): void {
  const { clock, prng, trace } = run;
  const replace = (): void => {
    // It may be struck itself while it registers.
    world.addProvider(1 + prng.int(4)).catch((error: unknown) => trace.note(String(error)));
  };
  const strike = (): void => {
    if (clock.now() >= endsAt) return;
    const target = world.providers[prng.int(world.providers.length)];
    if (target && !target.process.isKilled) {
      const { process, provider } = target;
      const name = provider.id.provider;
      const blow = prng.int(5);
      if (blow === 0) {
        trace.note(`${name} is killed`);
        process.kill();
        replace();
      } else if (blow === 1 && !provider.isDraining) {
        trace.note(`${name} drains`);
        provider.drain().catch((error: unknown) => world.violations.push(`a drain failed: ${String(error)}`));
        replace();
      } else if (blow === 2) {
        trace.note(`${name} is cut off`);
        process.cut();
      } else {
        trace.note(`${name} is paused`);
        world.pause(process, prng.int(3 * leaseMs));
      }
    }
    clock.setTimer(prng.int(2 * leaseMs), strike);
  };
  strike();
}

/** Resolves with the work, which must be done after so much of the simulated time. */
async function inTime<T>({ clock }: SimulationRun, work: Promise<T>, ms: number): Promise<T> {
  const state = { isDone: false };
  const done = work.finally(() => (state.isDone = true));
  done.catch(() => undefined);
  for (let passed = 0; passed < ms && !state.isDone; passed += 10) await clock.advanceAsync(10);
  if (!state.isDone) throw new Error(`is not done after ${ms} ms of simulated time`);
  return done;
}
