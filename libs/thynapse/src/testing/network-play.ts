import type { LinkFaults, SimulationRun } from '@syncytium/testkit';
import { deadPrefix } from '../wire/wire.js';
import type { CellPlan } from './simulated-cell.js';
import { SimulatedCells, type WorldOptions } from './simulated-cells.js';

/** What is played: events of cells at several transmitters, and what goes wrong meanwhile. */
export interface Plan extends Omit<WorldOptions, 'run' | 'cells'> {
  readonly events?: number;
  /** How long cells send events: 6000 ms unless told. */
  readonly busyMs?: number;
  /** Whether the events have keys. */
  readonly isKeyed?: boolean;
  /** Whether some of them are asked of every cell. */
  readonly isAsking?: boolean;
  /** How many requests a cell that asks sends at once: 1 unless told. */
  readonly burst?: number;
  /** Whether some cells are slow to read what they listen to. */
  readonly isReadingSlowly?: boolean;
  /** What goes wrong, from when the events begin until 6 s later. */
  readonly harm?: (world: SimulatedCells, run: SimulationRun) => void;
}

/** Faults between transmitters. */
export const lossy: Partial<LinkFaults> = { delayMs: [0.1, 60], loss: 0.03, duplication: 0.03, reordering: 0.1 };

const usualBusyMs = 6000;
/** What is promised must come, not soon. */
const settleMs = 60_000;
/** Who takes what is sent on each. */
export const takersOf: Readonly<Record<string, readonly string[]>> = {
  'job::a': ['audit', 'mail'],
  'job::b': ['mail'],
  'job::c::urgent': ['audit', 'mail'],
  news: [],
};

/** So long after its start a transmitter or cell has found its place. */
const settledMs = 1500;

const channels = Object.keys(takersOf);
const keys = ['a', 'b', 'c', 'd'];

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

export function play(run: SimulationRun, plan: Plan): SimulatedCells {
  const { prng, clock } = run;
  const {
    transmitters = 2 + prng.int(4),
    events = 40,
    busyMs = usualBusyMs,
    isKeyed = false,
    burst = 1,
    isAsking = false,
    isReadingSlowly = false,
    harm,
    limits,
    ...options
  } = plan;
  const asked = isAsking ? { asked: ['status'] } : {};
  const cells = populate(run, transmitters).map((cell) => ({
    ...cell,
    ...(cell.service !== 'web' && asked),
    ...(isReadingSlowly && { readMs: prng.int(3) * 100 }),
  }));
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
      const { name } = anyOf(cells);
      if (isAsking && prng.int(3) === 0) {
        world.emit(name, { channel: 'status', isRequest: false, isAsked: true });
        return;
      }
      const emission = { channel: anyOf(channels), isRequest: prng.int(2) === 0 };
      const count = emission.isRequest ? burst : 1;
      for (let k = 0; k < count; k++) world.emit(name, { ...emission, ...(isKeyed && { key: anyOf(keys) }) });
    });
  harm?.(world, run);
  clock.advance(busyMs + 2000);
  const isBusy = (): boolean => world.openTasks > 0 || world.network.nodes.some((name) => world.network.isFrozen(name));
  for (let waitedMs = 0; isBusy() && waitedMs < settleMs; waitedMs += 500) clock.advance(500);
  clock.advance(5000);
  const { exercises, published } = world.seen;
  for (const { counts } of world.states.values()) exercises.note('taken over', counts.takeovers);
  exercises.note('dead letter', published.filter(({ channel }) => channel.startsWith(deadPrefix)).length);
  return world;
}

/** One transmitter at a time dies, and is another one when it comes back. */
export function killTransmitters(world: SimulatedCells, { prng, clock }: SimulationRun): void {
  const kill = (): void => {
    const names = transmittersOf(world);
    const victim = names[prng.int(names.length)] as string;
    world.crashTransmitter(victim);
    clock.setTimer(100 + prng.float() * 2000, () => world.network.restart(victim));
  };
  // Another one only when what was open has been copied anew.
  clock.setTimer(prng.float() * 1500, kill);
  clock.setTimer(4500 + prng.float() * 1500, kill);
}

export function killCells(world: SimulatedCells, { prng, clock }: SimulationRun): void {
  for (let i = 0; i < 6; i++)
    clock.setTimer(prng.float() * usualBusyMs, () => {
      const { name } = world.plans[prng.int(world.plans.length)] as CellPlan;
      if (prng.int(2) === 0 || !world.network.isUp(name)) {
        world.breakLine();
        return;
      }
      world.crashCell(name);
      clock.setTimer(50 + prng.float() * 1500, () => world.network.restart(name));
    });
}

/** Lines between cells and transmitters break, and are made again. */
export function breakLines(world: SimulatedCells, { prng, clock }: SimulationRun): void {
  for (let i = 0; i < 20; i++) clock.setTimer(prng.float() * usualBusyMs, () => world.breakLine());
}

/** Transmitters part into two groups and find together again. */
export function partTransmitters(world: SimulatedCells, { prng, clock }: SimulationRun): void {
  const transmitters = transmittersOf(world);
  const one = transmitters.filter(() => prng.int(2) === 0);
  const sideOf = (name: string): number => (one.includes(name) ? 0 : 1);
  const sides: string[][] = [[], []];
  for (const name of transmitters) sides[sideOf(name)]?.push(name);
  for (const { name, home = 't0' } of world.plans) sides[sideOf(home)]?.push(name);
  clock.setTimer(prng.float() * 2000, () => {
    world.seen.exercises.note('parted at work', world.tasksInHand);
    world.network.partition(sides);
  });
  clock.setTimer(2500 + prng.float() * 4000, () => world.network.heal());
}

/** All transmitters and cells stand still together, and go on: the machine that they are on was asleep. */
export function stopMachine(world: SimulatedCells, { prng, clock }: SimulationRun): void {
  for (let i = 0; i < 3; i++)
    clock.setTimer(2000 * (i + prng.float() / 2), () =>
      world.freeze(world.network.nodes, prng.float() * 1000 * 3 ** i),
    );
}

/** Single transmitters and cells do, for longer than others wait for them, or not. */
export function stopNodes(world: SimulatedCells, { prng, clock }: SimulationRun): void {
  for (let i = 0; i < 8; i++)
    clock.setTimer(prng.float() * usualBusyMs, () => {
      const { nodes } = world.network;
      const name = nodes[prng.int(nodes.length)] as string;
      if (!world.network.isFrozen(name)) world.freeze([name], 100 + prng.float() * 3000);
    });
}

/** Every transmitter is replaced by another life, one after the other, each in good order. */
export function replaceTransmitters(world: SimulatedCells, { clock }: SimulationRun): void {
  replaceEach(world, transmittersOf(world), (_, then) => clock.setTimer(settledMs, then));
}

/** The same, each as soon as the one before is ready. */
export function replaceTransmittersQuickly(world: SimulatedCells, { clock }: SimulationRun): void {
  const whenReady = (name: string, then: () => void): void => {
    if (world.states.get(name)?.network.joining) clock.setTimer(1, () => whenReady(name, then));
    else then();
  };
  replaceEach(world, transmittersOf(world), whenReady);
}

/** The same, each without waiting until the one before is ready. */
export function replaceTransmittersRashly(world: SimulatedCells, { clock, prng }: SimulationRun): void {
  replaceEach(world, transmittersOf(world), (_, then) => clock.setTimer(prng.float() * 100, then));
}

/** Some cells are. */
export function replaceCells(world: SimulatedCells, { clock }: SimulationRun): void {
  replaceEach(world, cellsReplaced(world), (_, then) => clock.setTimer(settledMs, then));
}

export function cellsReplaced({ plans }: SimulatedCells): string[] {
  return plans.slice(0, 6).map(({ name }) => name);
}

function transmittersOf({ network }: SimulatedCells): string[] {
  return network.nodes.filter((name) => /^t\d+$/.test(name));
}

/** `rest` calls what it is given when it is the turn of the next one. */
function replaceEach(
  world: SimulatedCells,
  [name, ...others]: readonly string[],
  rest: (name: string, then: () => void) => void,
): void {
  if (name === undefined) return;
  world.replace(name, () => rest(name, () => replaceEach(world, others, rest)));
}
