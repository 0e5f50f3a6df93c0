import { AbortedError, silentLog, WaitTable, type Log } from '@syncytium/kit';
import type { SimulationRun } from '@syncytium/testkit';
import { MemoryBroker } from '@syncytium/transport/memory';
import { Provider } from '../provider.js';
import { Requestor } from '../requestor.js';
import type { Session } from '../session/session.js';
import { FaultyProcess } from './faulty-broker.js';

/** The one service of the world. */
export const service = 'X';
/** Of every party. */
export const leaseMs = 1000;

/** A service function that is running: what its provider believes to hold. */
interface Holding {
  readonly process: FaultyProcess;
  readonly session: Session;
  /** How often its process had been paused when it began. */
  readonly pauses: number;
}

export interface SimulatedProvider {
  readonly process: FaultyProcess;
  readonly provider: Provider;
}

export interface SimulatedRequestor {
  readonly process: FaultyProcess;
  readonly requestor: Requestor;
}

/** Providers and requestors in processes of their own around one broker, and what must never be seen there. */
export class SessionWorld {
  readonly shared: MemoryBroker;
  readonly providers: SimulatedProvider[] = [];
  /** What must not be, and was. */
  readonly violations: string[] = [];
  /** Sessions that were served. */
  served = 0;
  /** How long a service function goes on at most, in milliseconds; some end by themselves before their requestor does. */
  serveMsMax = Infinity;
  readonly #pauses = new Map<FaultyProcess, number>();
  readonly #waits: { readonly process: FaultyProcess; readonly table: WaitTable }[] = [];
  readonly #holdings = new Map<string, Set<Holding>>();
  readonly #run: SimulationRun;
  readonly #delayMs: readonly [number, number];

  constructor(
    run: SimulationRun,
    delayMs: readonly [number, number],
    shared: MemoryBroker = new MemoryBroker({ clock: run.clock }),
  ) {
    this.#run = run;
    this.#delayMs = delayMs;
    this.shared = shared;
  }

  async addProvider(capacity: number): Promise<SimulatedProvider> {
    const process = this.#process();
    const name = `p${this.providers.length}`;
    const provider = await Provider.connect(process.broker, { ...this.#options(process, name), capacity });
    const added = { process, provider };
    this.providers.push(added);
    // One that was paused may hear of a session when it is over and take it for a plain one: it ends by itself.
    await provider.register(service, (session) => this.#hold(process, name, session), { timeout: 3 * leaseMs });
    this.#run.trace.note(`${name} is there`);
    return added;
  }

  async addRequestor(name: string, extensions = true): Promise<SimulatedRequestor> {
    const process = this.#process();
    const requestor = await Requestor.connect(process.broker, { ...this.#options(process, name), extensions });
    return { process, requestor };
  }

  /** The process stands still for a time, and the world goes on without it. */
  pause(process: FaultyProcess, ms: number): void {
    this.#pauses.set(process, this.#pausesOf(process) + 1);
    process.pause();
    this.#run.clock.setTimer(ms, () => process.resume());
  }

  /** Waits of processes that live. */
  openWaits(): string[] {
    const living = this.#waits.filter(({ process }) => !process.isKilled);
    return living.flatMap(({ table }) => table.list().map(({ who, what }) => `${who} waits for ${what}`));
  }

  /** Keys that the broker holds. */
  keys(): string[] {
    return this.shared.execute(({ keyspace }) => [...keyspace.keys()].map(String));
  }

  #process(): FaultyProcess {
    const { clock, prng } = this.#run;
    return new FaultyProcess({
      clock,
      prng,
      shared: this.shared,
      delayMs: this.#delayMs,
      downMs: [0, leaseMs],
      halfOpenMs: [0, leaseMs / 2],
    });
  }

  #pausesOf(process: FaultyProcess): number {
    return this.#pauses.get(process) ?? 0;
  }

  #options(process: FaultyProcess, name: string) {
    const table = new WaitTable({ system: name, clock: process.clock });
    this.#waits.push({ process, table });
    const { prng, trace } = this.#run;
    const tell = (message: string): void => trace.note(`${name}: ${message}`);
    const log: Log = { ...silentLog, debug: tell, info: tell, warn: tell, error: tell, child: () => log };
    return { clock: process.clock, prng, leaseMs, name, waits: table, log };
  }

  /** Answers until the session ends. As it begins, no other provider may believe to hold it. */
  async #hold(process: FaultyProcess, name: string, session: Session): Promise<void> {
    const { trace } = this.#run;
    this.served++;
    trace.note(`${name} holds ${session.id}`);
    const holding: Holding = { process, session, pauses: this.#pausesOf(process) };
    const holdings = this.#holdings.get(session.id) ?? new Set();
    for (const other of holdings) {
      const isZombie = other.process.isKilled || this.#pausesOf(other.process) > other.pauses;
      if (isZombie || other.session.isEnded) continue;
      this.violations.push(`two providers hold ${session.id}`);
      trace.note(`two providers hold ${session.id}`);
    }
    this.#holdings.set(session.id, holdings.add(holding));
    try {
      await this.#answer(process, session);
    } finally {
      holdings.delete(holding);
      trace.note(`${name} holds ${session.id} no more`);
    }
  }

  async #answer(process: FaultyProcess, session: Session): Promise<void> {
    const stop = new AbortController();
    const timer = this.serveMsMax < Infinity && process.clock.setTimer(this.serveMsMax, () => stop.abort());
    try {
      for (;;) await session.push(await session.pop({ signal: stop.signal }));
    } catch (error) {
      if (!(error instanceof AbortedError) && !session.isEnded && session.phase !== 'draining') throw error;
    } finally {
      if (timer) timer.cancel();
    }
  }
}
