import { WaitTable } from '@syncytium/kit';
import { settle, type SimulationRun } from '@syncytium/testkit';
import { MemoryBroker } from '@syncytium/transport/memory';
import { expect } from 'vitest';
import { Provider } from '../provider.js';
import { Requestor } from '../requestor.js';
import type { SessionFaults } from '../session/session-channel-options.js';
import type { Session } from '../session/session.js';
import { FaultyProcess } from './faulty-broker.js';

export const service = 'double';
export const leaseMs = 1000;
export const expiryMs = 600_000;

/** What may happen to the parties of a run. */
export interface Plan {
  readonly kills?: boolean;
  /** Providers are closed, and others come in their stead. */
  readonly closes?: boolean;
  readonly pauses?: boolean;
  readonly cuts?: boolean;
  readonly losesAll?: boolean;
  readonly faults?: SessionFaults;
}

/** Providers of one service and requestors, in processes of their own around one broker, and what befalls them. */
export class FaultyWorld {
  readonly shared: MemoryBroker;
  readonly processes: FaultyProcess[] = [];
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

  /** Adds a provider, and another one where that one's lines are lost while it registers. */
  #replace(): void {
    this.addProvider().catch((error: unknown) => {
      this.run.trace.note(`a provider is replaced: ${String(error)}`);
      this.#replace();
    });
  }

  strike(): void {
    const { kills, closes, pauses, cuts, losesAll } = this.plan;
    const { prng, trace, clock } = this.run;
    const blows = [
      ...(kills ? ['kill'] : []),
      ...(closes ? ['close'] : []),
      ...(pauses ? ['pause'] : []),
      ...(cuts ? ['cut', 'cutOne'] : []),
    ];
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
      this.#replace();
    } else if (blow === 'close') {
      void this.providers.find((provider) => provider.process === process)?.provider.close();
      if (this.providers.every(({ process, provider }) => process.isKilled || provider.isDraining)) this.#replace();
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

  /** Strikes now and then for a time, or until it is told to stop; then all processes run. */
  unleash(forMs: number): () => void {
    const { clock, prng } = this.run;
    let endsAt = clock.now() + forMs;
    const strikeOften = (): void => {
      if (clock.now() < endsAt) {
        this.strike();
        clock.setTimer(50 + prng.int(600), strikeOften);
      } else for (const process of this.processes) process.resume();
    };
    clock.setTimer(prng.int(1000), strikeOften);
    return () => void (endsAt = clock.now());
  }

  /** Closes whoever is alive, and checks that nobody waits any more and that nothing is left once it has expired. */
  async end(): Promise<void> {
    const { clock } = this.run;
    await clock.advanceAsync(2 * leaseMs);
    const living = this.providers.filter(({ process }) => !process.isKilled);
    const parties = [...living.map(({ provider }) => provider), ...this.requestors.map(({ requestor }) => requestor)];
    await inTime(this.run, Promise.all(parties.map((party) => party.close())), 30_000);
    expect(parties.flatMap(({ waits }) => waits.list())).toEqual([]);
    await clock.advanceAsync(2 * expiryMs);
    expect(this.keys).toEqual([]);
  }
}

function sleep(process: FaultyProcess, ms: number): Promise<void> {
  return new Promise((resolve) => void process.clock.setTimer(ms, resolve));
}

/** Resolves with the work, which must be done after so much of the simulated time. */
export async function inTime<T>({ clock }: SimulationRun, work: Promise<T>, ms: number): Promise<T> {
  const progress = { isDone: false };
  const done = work.finally(() => (progress.isDone = true));
  done.catch(() => undefined);
  await settle();
  for (const until = clock.now() + ms; clock.now() < until && !progress.isDone;) await clock.advanceAsync(20);
  if (!progress.isDone) throw new Error(`is not done after ${ms} ms of simulated time`);
  return done;
}
