import { NotReplayableError } from './errors.js';
import { simulate, type Simulation } from './simulate.js';

/**
 * Plays one seed twice and another one once. Throws {@link NotReplayableError} when the first two runs differ, so that a
 * failing seed could not be replayed, or when the third does not, so that the seed decides nothing.
 *
 * @see docs/spec/testkit.md
 */
export async function expectReplay(run: Simulation['run']): Promise<void> {
  const [first, again, other] = [await runOf(7, run), await runOf(7, run), await runOf(8, run)];
  if (first !== again) throw new NotReplayableError(`one seed gave two runs, ${first} and ${again}`);
  if (first === other) throw new NotReplayableError(`two seeds gave the same run, ${first}`);
}

/** What happened in the run of a seed, in short. */
async function runOf(seed: number, run: Simulation['run']): Promise<string> {
  let what = '';
  const simulation: Simulation = {
    name: 'replay',
    runs: 1,
    async run(one) {
      await run(one);
      what = `${one.trace.count} events ${one.trace.digest}`;
    },
  };
  await simulate(simulation, { seed, factor: 1 });
  return what;
}
