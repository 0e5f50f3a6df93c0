import { decodeFrame } from '@syncytium/codec';
import { scaledTimeoutMs, simulate, type LinkFaults, type SimulationRun } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { SimulatedCells, type CellPlan, type Observed, type WorldOptions } from '../testing/simulated-cells.js';
import type { TransmitterOutput, TransmitterState } from '../transmitter/transmitter-state.js';

const regressions = new URL('../../regressions/', import.meta.url);
const runs = 56;
const timeoutMs = scaledTimeoutMs(120_000);

interface Plan {
  readonly peerFaults?: Partial<LinkFaults>;
  readonly transmitters?: number;
  readonly events?: number;
  /** What goes wrong, from when the events begin until `busyMs` later. */
  readonly harm?: (world: SimulatedCells, run: SimulationRun) => void;
  readonly limits?: WorldOptions['limits'];
  readonly mayListen?: NonNullable<WorldOptions['mayListen']>;
  readonly spoil?: (outputs: TransmitterOutput[]) => TransmitterOutput[];
  readonly confuse?: (state: TransmitterState) => void;
}

const busyMs = 6000;
/** What is promised must come, not soon. */
const settleMs = 60_000;
const channels = ['job::a', 'job::b', 'job::c::urgent', 'news'];
const takersOf: Readonly<Record<string, readonly string[]>> = {
  'job::a': ['audit', 'mail'],
  'job::b': ['mail'],
  'job::c::urgent': ['audit', 'mail'],
  news: [],
};

/** Cells of two services and some that only send, at random transmitters. */
function populate({ prng }: SimulationRun, transmitters: number): CellPlan[] {
  const cells: CellPlan[] = [];
  const add = (service: string, count: number, patterns: readonly string[], capacityMax: number): void => {
    for (let i = 0; i < count; i++)
      cells.push({
        name: `${service}${i}`,
        service,
        patterns,
        capacity: 1 + prng.int(capacityMax),
        home: `t${prng.int(transmitters)}`,
      });
  };
  const most = prng.int(8) === 0 ? 16 : 4;
  add('mail', 2 + prng.int(most), ['job::*'], 3);
  add('audit', 1 + prng.int(most), ['job::*::urgent', 'job::a'], 1);
  add('web', 1 + prng.int(most), [], 1);
  return cells;
}

function play(run: SimulationRun, plan: Plan): SimulatedCells {
  const { prng, clock } = run;
  const { transmitters = 2 + prng.int(4), events = 40, harm, limits, ...options } = plan;
  const cells = populate(run, transmitters);
  const world = new SimulatedCells({
    run,
    cells,
    transmitters,
    limits: { heartbeatMs: 400, retryDelayMs: 50, attempts: 1000, lossesMax: 1000, orphanMs: 1e9, ...limits },
    ...options,
  });
  clock.advance(3000);
  const anyOf = <T>(items: readonly T[]): T => items[prng.int(items.length)] as T;
  for (let i = 0; i < events; i++)
    clock.setTimer(prng.float() * busyMs, () => {
      world.emit(anyOf(cells).name, anyOf(channels), prng.int(2) === 0);
    });
  harm?.(world, run);
  clock.advance(busyMs + 2000);
  for (let waitedMs = 0; world.openTasks > 0 && waitedMs < settleMs; waitedMs += 500) clock.advance(500);
  clock.advance(5000);
  return world;
}

function assertThat(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}

/** What an event's sender was told of its end: an answer, a refusal, or that nobody takes it. */
function outcomesOf({ answers, refusals, isRequest, services }: Observed): number {
  return answers + refusals + (isRequest && services?.length === 0 ? 1 : 0);
}

/** Promises 1 and 2: what was accepted is handled; who asked and lives is told once. */
function checkHandled(world: SimulatedCells): void {
  const living = new Set(world.alive.values());
  for (const event of world.events.values()) {
    const { id, channel, handled, isRequest, confirmations, answers, refusals, services } = event;
    if (confirmations > 0)
      for (const service of services ?? [])
        assertThat((handled.get(service) ?? 0) > 0, `${service} never handled ${id} on ${channel}`);
    if (!living.has(event.senderId)) continue;
    assertThat(confirmations + answers + refusals > 0, `${event.sender} never learned what became of ${id}`);
    if (isRequest) assertThat(outcomesOf(event) === 1, `request ${id} ended ${outcomesOf(event)} times`);
  }
  for (const [name, { taskCount }] of world.states)
    assertThat(taskCount === 0, `${taskCount} tasks are still open at ${name}: ${openAt(world)}`);
}

/** Where what is open is thought to be, for whoever looks for the cause. */
function openAt(world: SimulatedCells): string {
  const lines: string[] = [];
  for (const [name, { open, options }] of world.states)
    for (const { event, owner, openTasks } of open.values())
      for (const { service, attempt, cell } of openTasks)
        lines.push(
          `${name} ${options.id.slice(0, 4)}: ${event.id} ${service.name} ${attempt} owner ${owner.slice(0, 4)} at ${cell?.via?.slice(0, 4) ?? ''} ${cell?.name ?? 'none'}`,
        );
  return lines.join('\n');
}

/** Promise 1 while nothing fails: each service precisely once. */
function checkOnce(world: SimulatedCells): void {
  for (const { id, channel, handled, services, confirmations } of world.events.values()) {
    const taken = JSON.stringify([...handled].sort());
    const expected = JSON.stringify((takersOf[channel] ?? []).map((service) => [service, 1]));
    assertThat(taken === expected, `${id} on ${channel} was handled ${taken}`);
    // An answer may come first, and confirms as well.
    if (confirmations === 0) continue;
    const told = JSON.stringify([...(services ?? [])].sort());
    assertThat(told === JSON.stringify(takersOf[channel]), `${channel} is handled by ${told}`);
  }
}

/** Promise 4: nobody hears anything twice, and what comes from one sender comes in its order. */
function checkOrder(world: SimulatedCells, cells = new Set(world.heard.keys())): void {
  for (const [cell, heard] of world.heard) {
    if (!cells.has(cell)) continue;
    const lastOf = new Map<string, number>();
    for (const { from, seq } of heard) {
      if (from === undefined || seq === undefined) continue;
      assertThat((lastOf.get(from) ?? 0) < seq, `${cell} heard event ${seq} of ${from} after a later one, or twice`);
      lastOf.set(from, seq);
    }
  }
}

/** Promise 4: everybody hears everything, answers as well. */
function checkHeardAll(world: SimulatedCells): void {
  const handled = [...world.events.values()].reduce((sum, event) => sum + event.handled.size, 0);
  for (const [cell, heard] of world.heard) {
    const sent = heard.filter(({ seq }) => seq !== undefined).length;
    assertThat(sent === world.events.size, `${cell} heard ${sent} of ${world.events.size} events`);
    const answers = heard.filter(({ channel }) => channel.endsWith('::success')).length;
    assertThat(answers === handled, `${cell} heard ${answers} of ${handled} answers`);
  }
}

/** Promise 5. */
function checkCapacity(world: SimulatedCells): void {
  for (const { name, capacity } of world.plans)
    assertThat((world.mostInHand.get(name) ?? 0) <= capacity, `${name} had more than ${capacity} tasks`);
}

/** One transmitter at a time dies, and is another one when it comes back. */
function killTransmitters(world: SimulatedCells, { prng, clock }: SimulationRun): void {
  const kill = (): void => {
    const names = world.network.nodes.filter((name) => /^t\d+$/.test(name));
    const victim = names[prng.int(names.length)] as string;
    world.crashTransmitter(victim);
    clock.setTimer(100 + prng.float() * 2000, () => world.network.restart(victim));
  };
  // Another one only when what was open has been copied anew.
  clock.setTimer(prng.float() * 1500, kill);
  clock.setTimer(4500 + prng.float() * 1500, kill);
}

function killCells(world: SimulatedCells, { prng, clock }: SimulationRun): void {
  for (let i = 0; i < 6; i++)
    clock.setTimer(prng.float() * busyMs, () => {
      const { name } = world.plans[prng.int(world.plans.length)] as CellPlan;
      if (prng.int(2) === 0 || !world.network.isUp(name)) {
        world.breakLine();
        return;
      }
      world.crashCell(name);
      clock.setTimer(50 + prng.float() * 1500, () => world.network.restart(name));
    });
}

/** Transmitters part into two groups and find together again. */
function partTransmitters(world: SimulatedCells, { prng, clock }: SimulationRun): void {
  const transmitters = world.network.nodes.filter((name) => /^t\d+$/.test(name));
  const one = transmitters.filter(() => prng.int(2) === 0);
  const sideOf = (name: string): number => (one.includes(name) ? 0 : 1);
  const sides: string[][] = [[], []];
  for (const name of transmitters) sides[sideOf(name)]?.push(name);
  for (const { name, home = 't0' } of world.plans) sides[sideOf(home)]?.push(name);
  clock.setTimer(prng.float() * 2000, () => world.network.partition(sides));
  clock.setTimer(2500 + prng.float() * 4000, () => world.network.heal());
}

const lossy: Partial<LinkFaults> = { delayMs: [0.1, 60], loss: 0.03, duplication: 0.03, reordering: 0.1 };

function scenario(name: string, plan: Plan, check: (world: SimulatedCells) => void): void {
  test(
    name,
    async () => {
      const report = await simulate({ name, runs, regressions, run: (run) => check(play(run, plan)) });
      expect(report.events).toBeGreaterThan(report.seeds.length * 500);
    },
    timeoutMs,
  );
}

/** Only those next to each other may listen to each other; in a ring, the last and the first as well. */
function listens(ring: boolean, transmitters: number) {
  const numberOf = (name: string): number => Number(name.slice(1));
  return (listener: string, to: string): boolean => {
    const apart = Math.abs(numberOf(listener) - numberOf(to));
    return apart === 1 || (ring && apart === transmitters - 1);
  };
}

function checkAll(world: SimulatedCells): void {
  checkOnce(world);
  checkHandled(world);
  checkOrder(world);
  checkHeardAll(world);
  checkCapacity(world);
}

describe('several transmitters keep their promises', () => {
  scenario('several, while nothing fails', {}, checkAll);

  scenario('several in a list', { transmitters: 4, mayListen: listens(false, 4) }, checkAll);

  scenario('several in a ring', { transmitters: 5, mayListen: listens(true, 5) }, checkAll);

  scenario('several, while their links lose, double and reorder', { peerFaults: lossy }, (world) => {
    checkHandled(world);
    checkOrder(world);
    checkHeardAll(world);
    checkCapacity(world);
  });

  scenario('several, while cells die and lines break', { peerFaults: lossy, harm: killCells }, (world) => {
    checkHandled(world);
    checkOrder(world);
  });

  scenario('several, while transmitters die', { peerFaults: lossy, harm: killTransmitters }, checkHandled);

  scenario('several, while the network parts', { peerFaults: lossy, harm: partTransmitters }, (world) => {
    checkHandled(world);
    checkOrder(world);
  });

  scenario(
    'several, while the network parts for longer than they remember',
    { peerFaults: lossy, harm: partTransmitters, limits: { entriesKept: 3 } },
    (world) => {
      checkHandled(world);
      checkOrder(world);
    },
  );

  scenario('several, with little room', { events: 120, limits: { tasksMax: 6 } }, (world) => {
    checkHandled(world);
    checkCapacity(world);
    const refused = [...world.events.values()].filter(({ refusals }) => refusals > 0);
    for (const { id, handled } of refused) assertThat(handled.size === 0, `${id} was refused, and handled`);
  });

  test('a seed gives the same run every time', async () => {
    const digests: string[] = [];
    const simulation = {
      name: 'replay',
      runs: 1,
      run(run: SimulationRun) {
        play(run, { peerFaults: lossy, harm: killTransmitters });
        digests.push(`${run.trace.count} ${run.trace.digest}`);
      },
    };
    for (const seed of [7, 7, 8]) await simulate(simulation, { seed, factor: 1 });
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).not.toBe(digests[2]);
  });
});

describe('a faulty one among several transmitters is caught', () => {
  const caught = (plan: Plan, check: (world: SimulatedCells) => void) =>
    expect(
      simulate({ name: 'canary', runs: 100, run: (run) => check(play(run, plan)) }, { seed: undefined, factor: 1 }),
    ).rejects.toThrow('simulation "canary" failed with seed');

  const twiceIfPublished = (one: TransmitterOutput): TransmitterOutput[] =>
    one.type === 'publish' ? [one, one] : [one];

  /** Leaves out of what it tells others the commands, or the entries, that `spoils` picks. */
  const without = (spoils: (command: string) => boolean) => (outputs: TransmitterOutput[]) =>
    outputs.filter((output) => output.type !== 'peer' || !spoils(decodeFrame(output.frame).command));

  test(
    'when it confirms before anybody has a copy',
    () =>
      caught(
        {
          harm: killTransmitters,
          peerFaults: lossy,
          events: 200,
          confuse: ({ network, options }) => {
            for (const { have } of network.members.values()) have.set(options.id, Infinity);
          },
        },
        checkHandled,
      ),
    timeoutMs,
  );

  test(
    'when it takes over nothing',
    () =>
      caught(
        {
          harm: killTransmitters,
          confuse: ({ network, options }) => {
            for (const owner of network.ownedBy.keys()) if (owner !== options.id) network.ownedBy.delete(owner);
          },
        },
        checkHandled,
      ),
    timeoutMs,
  );

  test(
    'when it never asks for what it missed',
    () => caught({ peerFaults: lossy, spoil: without((command) => command === 'WANT') }, checkHeardAll),
    timeoutMs,
  );

  test(
    'when it publishes again what it had heard before',
    () =>
      caught(
        {
          peerFaults: lossy,
          spoil: (outputs) => outputs.flatMap(twiceIfPublished),
        },
        checkOrder,
      ),
    timeoutMs,
  );

  test(
    'when it does not mind how much its cells can take',
    () =>
      caught(
        {
          confuse: ({ cells }) => {
            for (const cell of cells.values()) Object.assign(cell, { capacity: 100 });
          },
        },
        checkCapacity,
      ),
    timeoutMs,
  );
});
