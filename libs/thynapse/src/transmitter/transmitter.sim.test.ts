import { expectReplay, scaledTimeoutMs, simulate, type SimulationRun } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import type { CellPlan } from '../testing/simulated-cell.js';
import { SimulatedCells, type WorldOptions } from '../testing/simulated-cells.js';
import type { TransmitterOutput } from './transmitter-output.js';

const regressions = new URL('../../regressions/', import.meta.url);
const runs = 100;
const timeoutMs = scaledTimeoutMs(120_000);

interface Plan {
  readonly faults: boolean;
  /** Whether the transmitter dies too. */
  readonly mortal: boolean;
  readonly spoil?: (outputs: TransmitterOutput[]) => TransmitterOutput[];
}

/** Cells of two services, and some that only send. Deadlines are generous: what is promised must come, not soon. */
function populate({ prng }: SimulationRun): CellPlan[] {
  const cells: CellPlan[] = [];
  for (let i = 0; i < 2 + prng.int(4); i++)
    cells.push({ name: `mail${i}`, service: 'mail', patterns: ['job::*'], capacity: 1 + prng.int(3) });
  for (let i = 0; i < 1 + prng.int(3); i++)
    cells.push({ name: `audit${i}`, service: 'audit', patterns: ['job::*::urgent', 'job::a'], capacity: 1 });
  for (let i = 0; i < 1 + prng.int(3); i++) cells.push({ name: `web${i}`, service: 'web', patterns: [], capacity: 1 });
  return cells;
}

function play(run: SimulationRun, { faults, mortal, spoil }: Plan): SimulatedCells {
  const { prng, clock } = run;
  const cells = populate(run);
  const options: WorldOptions = {
    run,
    cells,
    limits: { heartbeatMs: 400, retryDelayMs: 50, attempts: 1000, lossesMax: 1000, orphanMs: 1e9 },
    failure: faults ? 0.1 : 0,
    ...(spoil && { spoil }),
  };
  const world = new SimulatedCells(options);
  const names = cells.map(({ name }) => name);
  const anyOf = <T>(items: readonly T[]): T => items[prng.int(items.length)] as T;
  clock.advance(1000);
  const busyMs = 4000;
  for (let i = 0; i < 60; i++) {
    clock.setTimer(prng.float() * busyMs, () => {
      const [name, channel] = [anyOf(names), anyOf(['job::a', 'job::b', 'job::c::urgent', 'news'])];
      world.emit(name, { channel, isRequest: prng.int(2) === 0 });
    });
  }
  if (faults) {
    for (let i = 0; i < 8; i++) {
      clock.setTimer(prng.float() * busyMs, () => {
        if (prng.int(2) === 0) {
          world.breakLine();
          return;
        }
        const victim = mortal && prng.int(4) === 0 ? 't0' : anyOf(names);
        if (!world.network.isUp(victim)) return;
        if (victim === 't0') world.crashTransmitter('t0');
        else world.crashCell(victim);
        clock.setTimer(50 + prng.float() * 1500, () => world.network.restart(victim));
      });
    }
  }
  clock.advance(busyMs + 20_000);
  return world;
}

function assertThat(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}

/** Each cell hears each event at most once, and those of one sender in their order. */
function checkHeard(world: SimulatedCells): void {
  for (const [cell, heard] of world.seen.heard) {
    const lastOf = new Map<string, number>();
    for (const { from, seq } of heard) {
      // Answers and dead letters have no count of their own.
      if (from === undefined || seq === undefined) continue;
      assertThat((lastOf.get(from) ?? 0) < seq, `${cell} heard event ${seq} of ${from} after a later one, or twice`);
      lastOf.set(from, seq);
    }
  }
}

/** What an event's sender was told of its end: an answer, or that nobody or nothing takes it. */
function outcomesOf(event: { answers: number; refusals: number; isRequest: boolean; services: unknown }): number {
  const nobody = event.isRequest && Array.isArray(event.services) && event.services.length === 0;
  return event.answers + event.refusals + (nobody ? 1 : 0);
}

describe('one transmitter keeps its promises', () => {
  test(
    'while nothing fails',
    async () => {
      const report = await simulate({
        name: 'while nothing fails',
        runs,
        regressions,
        // Every event exactly once per service, one answer, and nobody misses anything.
        run(run) {
          const world = play(run, { faults: false, mortal: false });
          const taken: Record<string, string[]> = {
            'job::a': ['audit', 'mail'],
            'job::b': ['mail'],
            'job::c::urgent': ['audit', 'mail'],
            news: [],
          };
          assertThat(world.seen.events.size === 60, `${world.seen.events.size} events were sent`);
          for (const event of world.seen.events.values()) {
            const expected = taken[event.channel] ?? [];
            assertThat(event.confirmations === 1, `${event.id} was confirmed ${event.confirmations} times`);
            assertThat(
              JSON.stringify([...(event.services ?? [])].sort()) === JSON.stringify(expected),
              `${event.channel} is handled by ${JSON.stringify(event.services)}`,
            );
            const handled = JSON.stringify([...event.handled].sort());
            assertThat(
              handled === JSON.stringify(expected.map((service) => [service, 1])),
              `${event.id} on ${event.channel} was handled ${handled}`,
            );
            const answers = event.isRequest && expected.length > 0 ? 1 : 0;
            assertThat(event.answers === answers, `${event.id} was answered ${event.answers} times`);
          }
          for (const heard of world.seen.heard.values()) {
            const sent = heard.filter(({ seq }) => seq !== undefined);
            assertThat(sent.length === 60, `a cell heard ${sent.length} of 60 events`);
          }
          checkHeard(world);
          for (const { name, capacity } of world.plans)
            assertThat((world.seen.mostInHand.get(name) ?? 0) <= capacity, `${name} had more than ${capacity} tasks`);
          assertThat(world.openTasks === 0, 'a task is still open');
        },
      });
      expect(report.events).toBeGreaterThan(report.seeds.length * 500);
    },
    timeoutMs,
  );

  test(
    'while cells die and lines break',
    async () => {
      await simulate({
        name: 'while cells die and lines break',
        runs,
        regressions,
        // What was accepted is handled at least once, every sender is told, and nobody hears anything twice.
        run(run) {
          const world = play(run, { faults: true, mortal: false });
          checkHandled(world);
          checkHeard(world);
          assertThat(world.openTasks === 0, `${world.openTasks} tasks are still open`);
        },
      });
    },
    timeoutMs,
  );

  test(
    'while the transmitter dies too',
    async () => {
      await simulate({
        name: 'while the transmitter dies too',
        runs,
        regressions,
        // Every request of a cell that lives ends, once.
        run(run) {
          const world = play(run, { faults: true, mortal: true });
          const living = new Set(world.seen.alive.values());
          for (const event of world.seen.events.values()) {
            if (!event.isRequest || !living.has(event.senderId)) continue;
            assertThat(outcomesOf(event) === 1, `request ${event.id} ended ${outcomesOf(event)} times`);
          }
        },
      });
    },
    timeoutMs,
  );

  /** Transmitters come and go, cells stay. */
  function restarts(run: SimulationRun): SimulatedCells {
    const { prng, clock } = run;
    const cells = populate(run);
    const world = new SimulatedCells({ run, cells, limits: { heartbeatMs: 400 } });
    clock.advance(1000);
    const busyMs = 6000;
    for (let i = 0; i < 100; i++)
      clock.setTimer(prng.float() * busyMs, () => {
        const { name } = cells[prng.int(cells.length)] as CellPlan;
        world.emit(name, { channel: 'job::a', isRequest: prng.int(2) === 0 });
      });
    for (const atMs of [1000, 4000])
      clock.setTimer(atMs, () => {
        world.crashTransmitter('t0');
        clock.setTimer(50 + prng.float() * 500, () => world.network.restart('t0'));
      });
    clock.advance(busyMs + 5000);
    return world;
  }

  test(
    'while it is restarted: nobody who was there before is told that nobody handles an event [T-65]',
    async () => {
      await simulate({
        name: 'while it is restarted',
        runs: runs / 2,
        regressions,
        run(run) {
          for (const { id, services, answers, isRequest } of restarts(run).seen.events.values()) {
            const told = JSON.stringify([...(services ?? [])].sort());
            // An answer may come before the confirmation.
            if (services) assertThat(told === '["audit","mail"]', `${id} is handled by ${told}`);
            if (isRequest) assertThat(answers === 1, `request ${id} was answered ${answers} times`);
          }
        },
      });
    },
    timeoutMs,
  );

  /** Accepted and taken by a service means handled by it; the sender, if it lives, is told the end of a request once. */
  function checkHandled(world: SimulatedCells): void {
    const living = new Set(world.seen.alive.values());
    for (const event of world.seen.events.values()) {
      if (event.confirmations > 0) {
        for (const service of event.services ?? [])
          assertThat((event.handled.get(service) ?? 0) > 0, `${service} never handled ${event.id} on ${event.channel}`);
      }
      if (!living.has(event.senderId)) continue;
      // An answer confirms as well: where it comes first, nobody waits for the confirmation any more.
      assertThat(event.confirmations + event.answers > 0, `${event.id} was never confirmed to ${event.sender}`);
      if (event.isRequest) assertThat(outcomesOf(event) === 1, `request ${event.id} ended ${outcomesOf(event)} times`);
    }
  }

  test('a seed gives the same run every time', () =>
    expectReplay((run) => void play(run, { faults: true, mortal: true })));

  describe('with a deliberate fault is caught', () => {
    const caught = (spoil: Plan['spoil'], faults: boolean, check: (world: SimulatedCells) => void) =>
      expect(
        simulate(
          {
            name: 'canary',
            runs: 100,
            run: (run) => check(play(run, { faults, mortal: false, ...(spoil && { spoil }) })),
          },
          { seed: undefined, factor: 1 },
        ),
      ).rejects.toThrow('simulation "canary" failed with seed');

    const isTaskAgain = (output: TransmitterOutput) =>
      output.type === 'send' && /^J TASK .*"attempt":[^1]/s.test(Buffer.from(output.frame).toString());

    const twiceIfPublished = (one: TransmitterOutput): TransmitterOutput[] =>
      one.type === 'publish' ? [one, one] : [one];

    test('when it never gives a task of a lost cell to another', () =>
      caught((outputs) => outputs.filter((output) => !isTaskAgain(output)), true, checkHandled));

    test('when it publishes twice', () => caught((outputs) => outputs.flatMap(twiceIfPublished), false, checkHeard));

    test('when it loses every tenth answer', () => {
      let answers = 0;
      const isAnswer = (output: TransmitterOutput) =>
        output.type === 'send' && /^(J EVNT|R RPLS)/.test(Buffer.from(output.frame).toString());
      return caught((outputs) => outputs.filter((one) => !isAnswer(one) || ++answers % 10 !== 0), false, checkHandled);
    });
  });
});
