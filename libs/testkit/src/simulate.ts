import { seededPrng, type Prng } from '@syncytium/kit';
import { SimulationFailedError } from './errors.js';
import { readRegressions, regressionsFile } from './regressions.js';
import { runSettings, scaledRuns, type RunSettings } from './run-settings.js';
import { SimulatedClock } from './simulated-clock.js';
import { Trace } from './trace.js';

/** What one run gets: everything it may take time and chance from. */
export interface SimulationRun {
  readonly seed: number;
  readonly prng: Prng;
  readonly clock: SimulatedClock;
  readonly trace: Trace;
}

export interface Simulation {
  /** Names the simulation in failures and its file of kept seeds. */
  readonly name: string;
  /** How many seeds to run, from 1 up; `SYNCYTIUM_RUNS` multiplies it. */
  readonly runs: number;
  /** The folder of kept seeds (usually `new URL('../regressions/', import.meta.url)`); they are run first. */
  readonly regressions?: string | URL;
  /** One run; throws when an invariant does not hold. */
  readonly run: (run: SimulationRun) => void | Promise<void>;
}

export interface SimulationReport {
  /** Seeds that were run, in order. */
  readonly seeds: readonly number[];
  /** Trace events over all runs: a simulation in which nothing happens proves nothing. */
  readonly events: number;
}

const traceLinesInFailure = 60;

/**
 * Runs a simulation with its kept seeds and then with the seeds 1, 2, 3, ...; with `SYNCYTIUM_SEED`, with that one
 * only. The first run that throws ends it with a {@link SimulationFailedError} that tells the seed, the last events and
 * how to replay exactly this run.
 *
 * @see docs/spec/testkit.md
 */
export async function simulate(
  simulation: Simulation,
  settings: RunSettings = runSettings(),
): Promise<SimulationReport> {
  const seeds = await seedsOf(simulation, settings);
  let events = 0;
  for (const seed of seeds) {
    const clock = new SimulatedClock();
    // Who asks for certain lines looks for causes, which may be long past.
    const trace = new Trace({ clock, ...(settings.trace !== undefined && { max: 1_000_000 }) });
    try {
      await simulation.run({ seed, prng: seededPrng(seed), clock, trace });
    } catch (cause) {
      throw new SimulationFailedError({
        simulation: simulation.name,
        seed,
        replay: `SYNCYTIUM_SEED=${seed} npx vitest run -t ${JSON.stringify(simulation.name)}${keepHint(simulation)}`,
        trace: linesToShow(trace, settings),
        cause,
      });
    }
    events += trace.count;
  }
  return { seeds, events };
}

async function seedsOf(simulation: Simulation, settings: RunSettings): Promise<readonly number[]> {
  if (settings.seed !== undefined) return [settings.seed];
  const { regressions } = simulation;
  const kept = regressions ? await readRegressions(regressionsFile(regressions, simulation.name)) : [];
  const usual = Array.from({ length: scaledRuns(simulation.runs, settings) }, (_, i) => i + 1);
  return [...new Set([...kept.map(({ seed }) => seed), ...usual])];
}

function linesToShow(trace: Trace, { trace: text }: RunSettings): string[] {
  return text === undefined ? trace.lines(traceLinesInFailure) : trace.lines().filter((line) => line.includes(text));
}

function keepHint({ regressions, name }: Simulation): string {
  return regressions ? `\nkeep it in: ${regressionsFile(regressions, name)}` : '';
}
