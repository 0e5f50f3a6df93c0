import { WaitTable } from '@syncytium/kit';
import {
  runSettings,
  scaledTimeoutMs,
  settle,
  simulate,
  SimulationFailedError,
  type SimulationRun,
} from '@syncytium/testkit';
import { MemoryBroker } from '@syncytium/transport/memory';
import { describe, expect, test } from 'vitest';
import { Provider } from './provider.js';
import { Requestor } from './requestor.js';
import type { SessionFaults } from './session-channel.js';
import type { Session } from './session.js';
import { FaultyProcess } from './testing/faulty-broker.js';

const regressions = new URL('../regressions/', import.meta.url);
const timeoutMs = scaledTimeoutMs(60_000);
const service = 'double';
const leaseMs = 1000;
const expiryMs = 600_000;
/** Faults happen for so long, and whatever is promised must have come so long after them. */
const faultsMs = 10_000;
const patienceMs = 120_000;

/** What may happen to the parties of a run. */
interface Plan {
  readonly kills?: boolean;
  readonly pauses?: boolean;
  readonly cuts?: boolean;
  readonly losesAll?: boolean;
  readonly faults?: SessionFaults;
}

class World {
  readonly shared: MemoryBroker;
  readonly processes: FaultyProcess[] = [];
  readonly tables: WaitTable[] = [];
  readonly providers: { readonly process: FaultyProcess; readonly provider: Provider }[] = [];
  readonly requestors: { readonly process: FaultyProcess; readonly requestor: Requestor }[] = [];

  constructor(
    readonly run: SimulationRun,
    readonly plan: Plan,
  ) {
    this.shared = new MemoryBroker({ clock: run.clock });
  }

  get keys(): string[] {
    return this.shared.execute(({ keyspace }) => [...keyspace.keys()].map(String));
  }

  process(): FaultyProcess {
    const { clock, prng } = this.run;
    const process = new FaultyProcess({
      clock,
      prng,
      shared: this.shared,
      delayMs: [0.1, 3],
      downMs: [1, 600],
      halfOpenMs: [0, 1500],
    });
    this.processes.push(process);
    return process;
  }

  options(process: FaultyProcess, name: string) {
    const waits = new WaitTable({ system: name, clock: process.clock });
    this.tables.push(waits);
    const { faults } = this.plan;
    return {
      clock: process.clock,
      prng: this.run.prng,
      leaseMs,
      name,
      waits,
      partBytesMax: 40,
      ...(faults && { faults }),
    };
  }

  async addProvider(): Promise<void> {
    const { prng, trace } = this.run;
    const process = this.process();
    const name = `p${this.providers.length}`;
    const provider = await Provider.connect(process.broker, { ...this.options(process, name), capacity: 10 });
    this.providers.push({ process, provider });
    const prefetch = 1 + prng.int(4);
    const serve = async (session: Session): Promise<void> => {
      trace.note(`${name} serves ${session.id}`);
      for await (const input of session) {
        if (prng.int(3) > 0) await sleep(process, prng.int(prng.int(4) === 0 ? 2 * leaseMs : 30));
        trace.note(`${name} answers ${session.id} ${String(input['n'])}`);
        await session.push({ ...input, twice: 2 * (input['n'] as number) });
      }
    };
    await provider.register(service, serve, { timeout: 0, prefetch });
  }

  async addRequestor(): Promise<Requestor> {
    const process = this.process();
    const options = { ...this.options(process, `r${this.requestors.length}`), expiryMs };
    const requestor = await Requestor.connect(process.broker, options);
    this.requestors.push({ process, requestor });
    return requestor;
  }

  strike(): void {
    const { kills, pauses, cuts, losesAll } = this.plan;
    const { prng, trace, clock } = this.run;
    const blows = [...(kills ? ['kill'] : []), ...(pauses ? ['pause'] : []), ...(cuts ? ['cut', 'cutOne'] : [])];
    if (losesAll && prng.int(4) === 0) blows.push('loseAll');
    const blow = blows[prng.int(blows.length)];
    const index = prng.int(this.processes.length);
    const process = this.processes[index]!;
    if (process.isKilled) return;
    trace.note(`${blow} ${index}`);
    if (blow === 'kill') {
      // The requestor's death is nobody's loss but its own.
      if (!this.providers.some((provider) => provider.process === process)) return;
      process.kill();
      void this.addProvider();
    } else if (blow === 'pause') {
      process.pause();
      clock.setTimer(prng.int(3 * leaseMs), () => process.resume());
    } else if (blow === 'cut') process.cut();
    else if (blow === 'cutOne') process.cutOne();
    else if (blow === 'loseAll') {
      for (const one of this.processes) one.cut();
      this.shared.execute(({ keyspace }) => keyspace.clear());
    }
  }
}

/** Plays a run; resolves with how many answers there were. Throws when a promise was not kept. */
async function play(run: SimulationRun, plan: Plan): Promise<number> {
  const { clock, prng, trace } = run;
  const world = new World(run, plan);
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
  let endsAt = clock.now() + faultsMs;
  const strikeOften = (): void => {
    if (clock.now() >= endsAt) {
      for (const process of world.processes) process.resume();
      return;
    }
    world.strike();
    clock.setTimer(50 + prng.int(600), strikeOften);
  };
  if (Object.keys(plan).some((key) => key !== 'faults')) clock.setTimer(prng.int(1000), strikeOften);
  await inTime(run, Promise.all(work), faultsMs + patienceMs);
  endsAt = clock.now();
  await clock.advanceAsync(2 * leaseMs);
  const living = world.providers.filter(({ process }) => !process.isKilled);
  await inTime(
    run,
    Promise.all([
      ...living.map(({ provider }) => provider.close()),
      ...world.requestors.map(({ requestor }) => requestor.close()),
    ]),
    30_000,
  );
  const dead = new Set(world.providers.filter(({ process }) => process.isKilled).map(({ provider }) => provider.waits));
  const open = world.tables.filter((table) => !dead.has(table)).flatMap((table) => table.list());
  expect(open).toEqual([]);
  await clock.advanceAsync(2 * expiryMs);
  expect(world.keys).toEqual([]);
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

function sleep(process: FaultyProcess, ms: number): Promise<void> {
  return new Promise((resolve) => void process.clock.setTimer(ms, resolve));
}

/** Resolves with the work, which must be done after so much of the simulated time. */
async function inTime<T>({ clock }: SimulationRun, work: Promise<T>, ms: number): Promise<T> {
  const progress = { isDone: false };
  const done = work.finally(() => (progress.isDone = true));
  done.catch(() => undefined);
  await settle();
  for (const until = clock.now() + ms; clock.now() < until && !progress.isDone;) await clock.advanceAsync(20);
  if (!progress.isDone) throw new Error(`is not done after ${ms} ms of simulated time`);
  return done;
}

describe('an acknowledged session', () => {
  const plans: readonly (readonly [string, Plan])[] = [
    ['without faults', {}],
    ['whose providers die', { kills: true }],
    ['whose lines are lost', { cuts: true }],
    ['whose parties are paused', { pauses: true }],
    ['whose broker forgets', { losesAll: true, cuts: true }],
    ['that all of this befalls', { kills: true, pauses: true, cuts: true, losesAll: true }],
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
