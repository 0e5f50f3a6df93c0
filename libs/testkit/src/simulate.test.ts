import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SimulationFailedError } from './errors.js';
import { simulate, type SimulationRun } from './simulate.js';
import { SimulatedNetwork } from './simulated-network.js';
import { unleashFaults } from './unleash-faults.js';

const everySeed = { seed: undefined, factor: 1 };

/**
 * A counter that is told to count over a network with faults. `careful` repeats what was not confirmed and counts every
 * message once; without it, a lost or doubled message shows: the deliberate fault that the runner must catch.
 */
function countTo(goal: number, careful: boolean, { clock, prng, trace }: SimulationRun): void {
  const network = new SimulatedNetwork<number>({
    clock,
    prng,
    trace,
    faults: { delayMs: [1, 20], loss: 0.05, duplication: 0.05, reordering: 0.2 },
  });
  const counted: number[] = [];
  network.addNode('counter', (node) => ({
    receive(from, number) {
      if (!careful || !counted.includes(number)) counted.push(number);
      node.send(from, number);
    },
  }));
  network.addNode('client', (node) => {
    const open = new Set<number>();
    const ask = (number: number): void => {
      open.add(number);
      node.send('counter', number);
      if (!careful) return;
      node.clock.setTimer(100, () => {
        if (open.has(number)) ask(number);
      });
    };
    for (let number = 0; number < goal; number++) ask(number);
    return { receive: (_, number) => void open.delete(number) };
  });
  unleashFaults(network, {
    clock,
    prng,
    forMs: 1000,
    partitions: { nodes: ['client', 'counter'], everyMs: [50, 200], lastingMs: [10, 100] },
  });
  clock.runUntilIdle();
  if (counted.length !== goal) throw new Error(`counted ${counted.length} of ${goal}`);
}

async function failureOf(run: Promise<unknown>): Promise<SimulationFailedError> {
  const failure = await run.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SimulationFailedError);
  return failure as SimulationFailedError;
}

describe('a simulation', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'testkit-'))));
  afterEach(() => rm(folder, { recursive: true }));

  test('runs the seeds 1, 2, 3, ... and passes when the invariant holds', async () => {
    const run = (it: SimulationRun) => countTo(10, true, it);
    const report = await simulate({ name: 'careful', runs: 25, run }, everySeed);
    expect(report.seeds).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
    expect(report.events).toBeGreaterThan(25 * 20);
  });

  test('catches a deliberate fault and tells seed, reason, replay and last events', async () => {
    const run = (it: SimulationRun) => countTo(10, false, it);
    const failure = await failureOf(simulate({ name: 'canary', runs: 100, run }, everySeed));
    expect(failure.message).toMatch(/^simulation "canary" failed with seed \d+: counted \d+ of 10\n/);
    expect(failure.message).toContain(
      `replay: SYNCYTIUM_SEED=${String(failure.details['seed'])} npx vitest run -t "canary"\nlast events:\n`,
    );
  });

  test('replays a failing seed exactly', async () => {
    const digests: string[] = [];
    const canary = {
      name: 'canary',
      runs: 100,
      run(it: SimulationRun) {
        try {
          countTo(10, false, it);
        } finally {
          digests.push(`${it.trace.count} ${it.trace.digest}`);
        }
      },
    };
    const first = await failureOf(simulate(canary, everySeed));
    const firstDigest = digests.at(-1);
    const seed = first.details['seed'] as number;
    const again = await failureOf(simulate(canary, { seed, factor: 1 }));
    expect(again.message).toBe(first.message);
    expect(digests.at(-1)).toBe(firstDigest);
    expect(new Set(digests).size).toBe(digests.length - 1);
  });

  test('shows only the trace lines that are asked for', async () => {
    const run = (it: SimulationRun) => countTo(10, false, it);
    const settings = { ...everySeed, trace: 'partition' };
    const { message } = await failureOf(simulate({ name: 'canary', runs: 100, run }, settings));
    const events = message.split('last events:\n')[1]!.split('\n');
    expect(events.length).toBeGreaterThan(1);
    expect(events.every((line) => line.includes('partition'))).toBe(true);
  });

  test('runs kept seeds first, and each seed once', async () => {
    await writeFile(join(folder, 'with-kept-seeds.json'), '[{"seed": 77, "why": "a"}, {"seed": 2, "why": "b"}]');
    const report = await simulate(
      { name: 'With kept seeds', runs: 3, regressions: folder, run: () => undefined },
      everySeed,
    );
    expect(report.seeds).toEqual([77, 2, 1, 3]);
  });

  test('says where to keep a failing seed', async () => {
    const failing = {
      name: 'x',
      runs: 1,
      regressions: folder,
      run: () => {
        throw new Error('broken');
      },
    };
    expect((await failureOf(simulate(failing, everySeed))).message).toContain(`keep it in: ${join(folder, 'x.json')}`);
  });

  test('refuses a regressions file it cannot understand', async () => {
    await writeFile(join(folder, 'x.json'), '[{"seed": "1"}]');
    const simulation = { name: 'x', runs: 1, regressions: folder, run: () => undefined };
    await expect(simulate(simulation, everySeed)).rejects.toThrow('x.json must be a list of {"seed": number');
    await writeFile(join(folder, 'x.json'), '[');
    await expect(simulate(simulation, everySeed)).rejects.toThrow('x.json cannot be read as JSON');
  });

  test('multiplies its runs by SYNCYTIUM_RUNS and runs one seed for SYNCYTIUM_SEED', async () => {
    const simulation = { name: 'x', runs: 4, regressions: folder, run: () => undefined };
    expect((await simulate(simulation, { seed: undefined, factor: 2.5 })).seeds).toHaveLength(10);
    expect((await simulate(simulation, { seed: 99, factor: 2.5 })).seeds).toEqual([99]);
  });
});
