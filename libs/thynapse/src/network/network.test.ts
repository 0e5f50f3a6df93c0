import { seededPrng } from '@syncytium/kit';
import { SimulatedClock, Trace } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import type { CellPlan, Emission } from '../testing/simulated-cell.js';
import { SimulatedCells, type WorldOptions } from '../testing/simulated-cells.js';

/** Transmitters that have found each other, and cells at them; nothing goes wrong unless told. */
function start(cells: readonly CellPlan[], options: Partial<WorldOptions> = {}) {
  const clock = new SimulatedClock();
  const run = { seed: 1, prng: seededPrng(1), clock, trace: new Trace({ clock }) };
  const world = new SimulatedCells({ run, cells, limits: { heartbeatMs: 400 }, ...options });
  clock.advance(2000);
  return { world, clock };
}

const cell = (name: string, home: string, patterns: string[] = []): CellPlan => ({
  name,
  service: name,
  patterns,
  capacity: 1,
  home,
});

/** Who may listen to whom where transmitters stand in a row, in a ring, or where all reach all. */
const shapes: Readonly<Record<string, (transmitters: number) => (listener: string, to: string) => boolean>> = {
  list: () => (one, other) => Math.abs(Number(one.slice(1)) - Number(other.slice(1))) === 1,
  ring: (transmitters) => (one, other) =>
    [1, transmitters - 1].includes(Math.abs(Number(one.slice(1)) - Number(other.slice(1)))),
  mesh: () => () => true,
};

describe('several transmitters', () => {
  const sizes = Object.keys(shapes).flatMap((shape) => [1, 2, 3, 4, 5].map((count) => [shape, count] as const));

  test.each(sizes)('[T-15] in a %s of %i pass an event on as few times as there are others', (shape, transmitters) => {
    const mayListen = shapes[shape]!(transmitters);
    const { world, clock } = start([cell('web', 't0')], { transmitters, mayListen });
    for (let i = 0; i < 10; i++) world.emit('web', { channel: 'news', isRequest: false });
    clock.advance(2000);
    expect([...world.seen.crossings.values()].reduce((sum, count) => sum + count, 0)).toBe(10 * (transmitters - 1));
    expect(world.seen.published).toHaveLength(10 * transmitters);
  });

  test.each(sizes)('in a %s of %i tell a lone event and its answer in a frame for each crossing', (shape, count) => {
    const mayListen = shapes[shape]!(count);
    const cells = [cell('web', 't0'), cell('mail', `t${count - 1}`, ['job'])];
    const { world, clock } = start(cells, { transmitters: count, mayListen });
    const framesFor = (emission: Emission): Map<string, number> => {
      world.seen.peerFrames.clear();
      world.emit('web', emission);
      clock.advance(2000);
      return world.seen.peerFrames;
    };
    const others = count - 1;
    const neighbours = { list: Math.min(others, 1), ring: Math.min(others, 2), mesh: others }[shape];
    const news = framesFor({ channel: 'news', isRequest: false });
    expect([news.get('LOGS') ?? 0, news.get('ACKS') ?? 0]).toEqual([others, neighbours]);
    expect(framesFor({ channel: 'job', isRequest: true }).get('LOGS') ?? 0).toBe(2 * others);
  });

  test('[T-30] do not confirm an event before another one has it', () => {
    const { world, clock } = start([cell('web', 't0')], { transmitters: 2 });
    world.network.setLinkFaults('t0', 't1', { loss: 1 });
    world.emit('web', { channel: 'news', isRequest: false });
    const [event] = world.seen.events.values();
    clock.advance(300);
    expect(event!.confirmations).toBe(0);
    world.network.setLinkFaults('t0', 't1', { loss: 0 });
    clock.advance(2000);
    expect(event!.confirmations).toBe(1);
  });

  test('[T-30] confirm at once when no other one can be reached', () => {
    const { world, clock } = start([cell('web', 't0')], { transmitters: 2 });
    world.crashTransmitter('t1');
    clock.advance(2000);
    world.emit('web', { channel: 'news', isRequest: false });
    clock.advance(100);
    expect([...world.seen.events.values()].map(({ confirmations }) => confirmations)).toEqual([1]);
  });

  test('[T-40] give a task to an own cell where one is free, and elsewhere otherwise', () => {
    const cells = [cell('web', 't0'), { ...cell('near', 't0', ['job']), service: 'mail' }];
    cells.push({ ...cell('far', 't1', ['job']), service: 'mail' });
    const { world, clock } = start(cells, { transmitters: 2 });
    world.emit('web', { channel: 'job', isRequest: true });
    clock.advance(400);
    expect([...world.seen.mostInHand]).toEqual([['near', 1]]);
    world.emit('web', { channel: 'job', isRequest: true });
    world.emit('web', { channel: 'job', isRequest: true });
    clock.advance(1000);
    expect(world.seen.mostInHand.get('far')).toBe(1);
    expect([...world.seen.events.values()].map(({ answers }) => answers)).toEqual([1, 1, 1]);
  });

  test('[T-51] take over what a lost one had accepted', () => {
    const { world, clock } = start([cell('web', 't0'), cell('mail', 't1', ['job'])], { transmitters: 3 });
    world.network.crash('mail');
    world.emit('web', { channel: 'job', isRequest: false });
    clock.advance(200);
    world.crashTransmitter('t0');
    world.network.restart('mail');
    clock.advance(5000);
    expect([...world.seen.events.values()][0]!.handled).toEqual(new Map([['mail', 1]]));
    expect(world.openTasks).toBe(0);
  });

  test('[T-61] are where cells go when theirs is lost, with what was not answered', () => {
    const { world, clock } = start([cell('web', 't0'), cell('mail', 't1', ['job'])], { transmitters: 2 });
    world.crashTransmitter('t0');
    world.emit('web', { channel: 'job', isRequest: true });
    clock.advance(5000);
    expect([...world.seen.events.values()].map(({ answers }) => answers)).toEqual([1]);
    expect([...world.states.get('t1')!.cells.keys()].sort()).toEqual([...world.seen.alive.values()].sort());
  });
});
